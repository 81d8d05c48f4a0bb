namespace Marketplace.Provider.Tests.Persistence;

/// <summary>What a failing disk does to the only volume of a store.</summary>
internal static class Damage
{
    public static void FlipByte(StoreFixture fixture, long offset)
    {
        using var file = File.Open(
            Directory.GetFiles(Path.Combine(fixture.Directory, "volumes")).Single(), FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        file.Position = offset;
        var value = file.ReadByte();
        file.Position = offset;
        file.WriteByte((byte)(value ^ 0x40));
    }
}
