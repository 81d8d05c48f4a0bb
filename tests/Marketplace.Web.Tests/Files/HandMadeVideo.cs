using System.Buffers.Binary;
using System.Text;
using Microsoft.Playwright;

namespace Marketplace.Web.Tests.Files;

/// <summary>
/// A film as a browser plays it, without a file that somebody would have to keep: pictures that the browser itself draws and codes (a WebP picture is a VP8
/// key frame), in a WebM (RFC 9559) that says where each second begins. Its first half is red, its second half blue; noise makes its frames large.
/// </summary>
static class HandMadeVideo
{
    public const int Seconds = 48;

    const int Width = 320, Height = 240, FramesPerSecond = 5, MillisecondsPerFrame = 1_000 / FramesPerSecond;

    const string Draw =
        """
        async ([width, height, colours]) => {
          const canvas = Object.assign(document.createElement("canvas"), { width, height });
          const paper = canvas.getContext("2d", { alpha: false });
          return colours.map((colour) => {
            const noise = paper.createImageData(width, height);
            for (let i = 0; i < noise.data.length; i++) noise.data[i] = i % 4 === 3 ? 255 : Math.random() * 256;
            paper.putImageData(noise, 0, 0);
            paper.fillStyle = colour;
            paper.fillRect(0, 0, width, height / 4);
            return canvas.toDataURL("image/webp", 0.95).split(",")[1];
          });
        }
        """;

    public static async Task<byte[]> MakeAsync(IPage page)
    {
        var pictures = await page.EvaluateAsync<string[]>(Draw, new object[] { Width, Height, new[] { "red", "red", "blue", "blue" } });
        var frames = pictures.Select(picture => FrameOf(Convert.FromBase64String(picture))).ToList();
        var clusters = Enumerable.Range(0, Seconds).Select(second => Cluster(second, frames.GetRange(second < Seconds / 2 ? 0 : 2, 2))).ToList();
        var head = Join(Info(), Tracks());
        var first = head.Length + Cues(clusters, 0).Length;
        return Join(
            Element(0x1A45DFA3, Number(0x4286, 1), Number(0x42F7, 1), Number(0x42F2, 4), Number(0x42F3, 8), Words(0x4282, "webm"), Number(0x4287, 2), Number(0x4285, 2)),
            Element(0x18538067, [head, Cues(clusters, first), .. clusters]));
    }

    /// <summary>Of a WebP picture (RFC 9649): RIFF, its size, WEBP, and chunks of a name, a size and content of even length.</summary>
    static byte[] FrameOf(byte[] picture)
    {
        for (var at = 12; ;)
        {
            var size = BinaryPrimitives.ReadInt32LittleEndian(picture.AsSpan(at + 4));
            if (Encoding.ASCII.GetString(picture, at, 4) == "VP8 ")
                return picture[(at + 8)..(at + 8 + size)];
            at += 8 + size + size % 2;
        }
    }

    static byte[] Info() => Element(0x1549A966, Number(0x2AD7B1, 1_000_000), Element(0x4489, BigEndian(BitConverter.DoubleToUInt64Bits(Seconds * 1_000))), Words(0x4D80, "test"), Words(0x5741, "test"));

    static byte[] Tracks() => Element(0x1654AE6B, Element(
        0xAE, Number(0xD7, 1), Number(0x73C5, 1), Number(0x9C, 0), Words(0x86, "V_VP8"), Number(0x83, 1), Element(0xE0, Number(0xB0, Width), Number(0xBA, Height))));

    static byte[] Cues(List<byte[]> clusters, int first)
    {
        var (points, at) = (new List<byte[]>(), first);
        for (var second = 0; second < clusters.Count; at += clusters[second++].Length)
            points.Add(Element(0xBB, Number(0xB3, (ulong)second * 1_000), Element(0xB7, Number(0xF7, 1), Number(0xF1, (ulong)at))));
        return Element(0x1C53BB6B, [.. points]);
    }

    static byte[] Cluster(int second, List<byte[]> frames) => Element(
        0x1F43B675, [Number(0xE7, (ulong)second * 1_000), .. Enumerable.Range(0, FramesPerSecond).Select(i => Block(i * MillisecondsPerFrame, frames[i % frames.Count]))]);

    /// <summary>Of the first track, a key frame.</summary>
    static byte[] Block(int after, byte[] frame) => Element(0xA3, [0x81, (byte)(after >> 8), (byte)after, 0x80], frame);

    static byte[] Number(uint id, ulong value) => Element(id, BigEndian(value));

    static byte[] Words(uint id, string text) => Element(id, Encoding.ASCII.GetBytes(text));

    /// <summary>An EBML element (RFC 8794), whose size always takes eight bytes.</summary>
    static byte[] Element(uint id, params byte[][] content)
    {
        var size = BigEndian(0x01_00_00_00_00_00_00_00 + (ulong)content.Sum(part => part.Length));
        return Join([[.. BigEndian(id).SkipWhile(part => part == 0)], size, .. content]);
    }

    static byte[] BigEndian(ulong value)
    {
        var bytes = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
        return bytes;
    }

    static byte[] Join(params byte[][] parts) => [.. parts.SelectMany(part => part)];
}
