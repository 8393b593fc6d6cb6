using System.Text;

namespace Coi.Incus.Tests.Client;

public sealed class MultipartSplitterSpecs
{
    private const string Body =
        "--xyz\r\nContent-Disposition: form-data; name=\"metadata\"; filename=\"a.tar\"\r\n\r\nfirst\r\n--xy\r\n-tricky-\r\n"
        + "\r\n--xyz\r\nContent-Disposition: form-data; name=\"rootfs\"; filename=\"b.tar\"\r\nContent-Type: x/y\r\n\r\n\r\n--xyz--\r\n";

    [Fact]
    public async Task However_the_bytes_are_cut_the_parts_are_the_same()
    {
        var bytes = Encoding.ASCII.GetBytes(Body);
        for (var size = 1; size <= bytes.Length; size++)
        {
            var parts = await SplitAsync(bytes, size);

            Assert.Equal(["a.tar", "b.tar"], parts.Select(part => part.Name));
            Assert.Equal("first\r\n--xy\r\n-tricky-\r\n", Encoding.ASCII.GetString(parts[0].Content.ToArray()));
            Assert.Empty(parts[1].Content.ToArray());
        }
    }

    [Fact]
    public async Task A_body_that_breaks_off_is_an_error()
    {
        var bytes = Encoding.ASCII.GetBytes(Body)[..^8];

        Assert.Contains("broke off", (await Assert.ThrowsAsync<IncusException>(() => SplitAsync(bytes, 7))).Message);
    }

    private static async Task<List<(string? Name, MemoryStream Content)>> SplitAsync(byte[] bytes, int size)
    {
        var parts = new List<(string? Name, MemoryStream Content)>();
        await using var splitter = new MultipartSplitter("test", "xyz", name =>
        {
            parts.Add((name, new MemoryStream()));
            return parts[^1].Content;
        });
        for (var at = 0; at < bytes.Length; at += size) await splitter.WriteAsync(bytes.AsMemory(at, Math.Min(size, bytes.Length - at)));
        splitter.Complete();
        return parts;
    }
}
