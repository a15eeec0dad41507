namespace SeccompRecorder.Bpf;

/// <summary>
/// Assembles an eBPF program. An instruction is an operation, two registers, a 16-bit offset and a 32-bit operand;
/// Documentation/bpf/standardization/instruction-set.rst of Linux.
/// </summary>
internal sealed class BpfAssembler
{
    private const byte MapDescriptor = 1;

    private readonly List<ulong> _code = [];
    private readonly List<int> _places = [];
    private readonly List<(int Instruction, int Label)> _jumps = [];

    /// <summary>Returns a new jump target. <see cref="Mark"/> sets its position.</summary>
    internal int NewLabel()
    {
        _places.Add(-1);
        return _places.Count - 1;
    }

    /// <summary>Sets the position of a label.</summary>
    internal void Mark(int label) => _places[label] = _code.Count;

    internal void Move(BpfRegister to, BpfRegister from) => Emit(0xbf, to, from);

    internal void Move(BpfRegister to, int value) => Emit(0xb7, to, operand: value);

    internal void Add(BpfRegister to, int value) => Emit(0x07, to, operand: value);

    internal void Add(BpfRegister to, BpfRegister from) => Emit(0x0f, to, from);

    /// <summary>Divides, with both operands unsigned.</summary>
    internal void Divide(BpfRegister to, int value) => Emit(0x37, to, operand: value);

    internal void And(BpfRegister to, int value) => Emit(0x57, to, operand: value);

    internal void ShiftLeft(BpfRegister register, int bits) => Emit(0x67, register, operand: bits);

    internal void ShiftRight(BpfRegister register, BpfRegister bits) => Emit(0x7f, register, bits);

    internal void ShiftRight(BpfRegister register, int bits) => Emit(0x77, register, operand: bits);

    /// <summary>Returns the whole program in the kernel's format.</summary>
    internal ulong[] Assemble()
    {
        ulong[] code = [.. _code];
        foreach ((int instruction, int label) in _jumps)
        {
            short distance = checked((short)(_places[label] - instruction - 1));
            code[instruction] |= (ulong)(ushort)distance << 16;
        }

        return code;
    }

    /// <summary>Reads memory, zero-extended.</summary>
    internal void Load32(BpfRegister to, BpfRegister from, int offset) => Emit(0x61, to, from, offset);

    internal void Load64(BpfRegister to, BpfRegister from, int offset) => Emit(0x79, to, from, offset);

    internal void Store32(BpfRegister to, int offset, BpfRegister value) => Emit(0x63, to, value, offset);

    internal void Store32(BpfRegister to, int offset, int value) => Emit(0x62, to, default, offset, value);

    internal void Store64(BpfRegister to, int offset, BpfRegister value) => Emit(0x7b, to, value, offset);

    /// <summary>Adds to memory atomically.</summary>
    internal void AtomicAdd64(BpfRegister to, int offset, BpfRegister value) => Emit(0xdb, to, value, offset);

    internal void LoadMap(BpfRegister to, int descriptor)
    {
        Emit(0x18, to, (BpfRegister)MapDescriptor, operand: descriptor);
        _code.Add(0);
    }

    internal void Call(BpfHelper helper) => Emit(0x85, default, operand: (int)helper);

    internal void Exit() => Emit(0x95, default);

    internal void Jump(int label) => Jump(0x05, default, default, 0, label);

    internal void JumpIfEqual(BpfRegister register, int value, int label) => Jump(0x15, register, default, value, label);

    internal void JumpIfNotEqual(BpfRegister register, int value, int label) => Jump(0x55, register, default, value, label);

    internal void JumpIfEqual(BpfRegister register, BpfRegister other, int label) => Jump(0x1d, register, other, 0, label);

    /// <summary>Jumps if a register's value, as unsigned, is at least <paramref name="value"/>.</summary>
    internal void JumpIfAtLeast(BpfRegister register, int value, int label) => Jump(0x35, register, default, value, label);

    /// <summary>Jumps if a register's value, as unsigned, is at most the value of another.</summary>
    internal void JumpIfAtMost(BpfRegister register, BpfRegister other, int label) => Jump(0xbd, register, other, 0, label);

    internal void JumpIfAnySet(BpfRegister register, int bits, int label) => Jump(0x45, register, default, bits, label);

    private void Jump(byte operation, BpfRegister register, BpfRegister other, int value, int label)
    {
        _jumps.Add((_code.Count, label));
        Emit(operation, register, other, 0, value);
    }

    private void Emit(byte operation, BpfRegister to, BpfRegister from = default, int offset = 0, int operand = 0) =>
        _code.Add(operation
            | ((ulong)to << 8)
            | ((ulong)from << 12)
            | ((ulong)(ushort)checked((short)offset) << 16)
            | ((ulong)(uint)operand << 32));
}
