namespace Re2;

/// <summary>An instruction of a <see cref="Prog"/>.</summary>
/// <param name="Op">What it does.</param>
/// <param name="Next">The instruction it goes on at.</param>
/// <param name="Argument">
/// The class of a <see cref="InstOp.Char"/>, the other instruction of an <see cref="InstOp.Alt"/>, the
/// <see cref="Re2.Assertion"/> of an <see cref="InstOp.Assert"/>.
/// </param>
internal readonly record struct Inst(InstOp Op, int Next, int Argument)
{
    public Assertion Assertion => (Assertion)Argument;
}
