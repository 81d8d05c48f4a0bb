using Dapper;
using Marketplace.Provider.Losses;
using Marketplace.Provider.Persistence;

namespace Marketplace.Provider.Tests.Losses;

public sealed class LossBookTests
{
    /// <summary>What is asked with every block must not take longer with every fragment.</summary>
    [Theory]
    [InlineData("what is lost")]
    [InlineData("what lost something")]
    public void Lists_BeginWithWhatIsLost(string what)
    {
        var directory = Directory.CreateTempSubdirectory("losses-").FullName;
        using (var database = StoreDatabase.Open(Path.Combine(directory, "index.db")))
        {
            var plan = database.Read(connection => connection.Query<(long, long, long, string Step)>(
                "EXPLAIN QUERY PLAN " + (what == "what is lost" ? LossBook.ListLost : LossBook.ListLossy)).Select(row => row.Step).ToList());

            var scanned = plan.Where(step => step.StartsWith("SCAN", StringComparison.Ordinal)).ToList();
            Assert.NotEmpty(scanned);
            Assert.All(scanned, step => Assert.Matches("rotten|lossy|store_totals", step));
        }
        Directory.Delete(directory, recursive: true);
    }
}
