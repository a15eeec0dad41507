using System.Text;
using Linux;
using RuncWrap.Supervision;

namespace UnitTests.RuncWrap.Supervision;

public sealed class OutputTailTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(OutputTail.Capacity - 1)]
    [InlineData(OutputTail.Capacity)]
    [InlineData(OutputTail.Capacity + 1)]
    [InlineData((3 * OutputTail.Capacity) + 7)]
    public void The_end_is_kept_and_everything_counted(int length)
    {
        byte[] written = [.. Enumerable.Range(0, length).Select(i => (byte)(i % 251))];

        using OutputTail tail = Read(written);

        Assert.Equal(length, tail.Total);
        Assert.Equal(written[^Math.Min(length, OutputTail.Capacity)..], tail.Kept());
    }

    [Theory]
    [InlineData("a\nb\nc\n", 2, "b\nc")]
    [InlineData("a\nb\nc", 2, "b\nc")]
    [InlineData("a\nb\nc", 3, "a\nb\nc")]
    [InlineData("a\nb\nc", 9, "a\nb\nc")]
    [InlineData("\n\n\n", 2, "")]
    [InlineData("", 2, "")]
    [InlineData("\na", 1, "a")]
    [InlineData("0123456789", 2, "23456789")]
    public void The_last_lines_are_told(string written, int lines, string expected)
    {
        using OutputTail tail = Read(Encoding.UTF8.GetBytes(written));

        Assert.Equal(expected, tail.LastLines(lines, 8));
    }

    private static unsafe OutputTail Read(byte[] written)
    {
        Assert.True(Libc.Pipe(out int read, out int write));
        Libc.DoNotBlock(read);
        Libc.DoNotBlock(write);
        var tail = new OutputTail(read);
        int done = 0;
        while (done < written.Length)
        {
            fixed (byte* rest = &written[done])
            {
                done += (int)Math.Max(Libc.write(write, rest, written.Length - done), 0);
            }

            while (tail.Receive())
            {
            }
        }

        _ = Libc.close(write);
        tail.Finish();
        return tail;
    }
}
