using System.Security.Cryptography;
using System.Text;
using Sha256 = Linux.Sha256;

namespace UnitTests.Linux;

/// <summary>Compares SHA-256 with the examples of NIST and with the framework's implementation.</summary>
public sealed class Sha256Tests
{
    [Theory]
    [InlineData("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")]
    public void The_examples_of_the_standard(string text, string expected) => Assert.Equal(expected, Hash(Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void Every_length_around_a_block_is_as_the_framework_has_it()
    {
        byte[] bytes = [.. Enumerable.Range(0, 300).Select(i => (byte)(i * 7))];
        for (int length = 0; length <= bytes.Length; length++)
        {
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes.AsSpan(0, length))), Hash(bytes[..length]));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(16 * 1024)]
    [InlineData((16 * 1024) + 63)]
    [InlineData(100_001)]
    public void A_file_is_as_the_framework_has_it(int length)
    {
        byte[] bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        string path = Path.GetTempFileName();
        File.WriteAllBytes(path, bytes);
        using (Microsoft.Win32.SafeHandles.SafeFileHandle file = File.OpenHandle(path))
        {
            Span<byte> digest = stackalloc byte[Sha256.DigestLength];
            Assert.True(Sha256.HashFile((int)file.DangerousGetHandle(), digest));
            string expected = Convert.ToHexStringLower(SHA256.HashData(bytes));
            Assert.Equal(expected, Convert.ToHexStringLower(digest));
            Assert.True(Sha256.Matches(digest, Encoding.ASCII.GetBytes(expected)));
            Assert.False(Sha256.Matches(digest, Encoding.ASCII.GetBytes(expected[..^1])));
            Assert.False(Sha256.Matches(digest, Encoding.ASCII.GetBytes(expected[..^1] + "g")));
        }

        File.Delete(path);
    }

    private static string Hash(byte[] bytes)
    {
        Span<byte> digest = stackalloc byte[Sha256.DigestLength];
        Sha256.Hash(bytes, digest);
        return Convert.ToHexStringLower(digest);
    }
}
