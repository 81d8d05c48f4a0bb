namespace Marketplace.Chain.Tests.Following;

sealed class FoldComparer : IEqualityComparer<(string[] Topics, long Total)>
{
    public static FoldComparer Instance { get; } = new();

    public bool Equals((string[] Topics, long Total) x, (string[] Topics, long Total) y) =>
        x.Total == y.Total && x.Topics.SequenceEqual(y.Topics);

    public int GetHashCode((string[] Topics, long Total) obj) => obj.Total.GetHashCode();
}
