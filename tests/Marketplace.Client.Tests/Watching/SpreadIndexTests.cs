using Marketplace.Client.Catalog;
using Marketplace.Client.Tests.Network;
using Marketplace.Client.Watching;
using Microsoft.Data.Sqlite;

namespace Marketplace.Client.Tests.Watching;

/// <summary>How listed objects are spread, asked for again and again, by several at once, and while the catalog has faults.</summary>
public sealed class SpreadIndexTests : IDisposable
{
    /// <summary>More than are read at once.</summary>
    const int Many = 1200;

    readonly TemporaryDirectory directory = new();
    readonly FakeNetwork network = new(12);
    readonly MarketplaceClient client;

    public SpreadIndexTests() => client = WholeClient.Open(network, directory["catalog.db"], isNew: true);

    public void Dispose()
    {
        client.Dispose();
        directory.Dispose();
    }

    [Fact]
    public async Task WhatLiesInTheSameAgreements_IsSpreadTheSame()
    {
        await WholeClient.Put(client, "a", Consumer.Content(10));
        await WholeClient.Put(client, "b", Consumer.Content(300_000));
        var spreads = await ReadAsync();
        Assert.Equal(2, spreads.Count);
        var spread = spreads.Values.First();
        Assert.All(spreads.Values, other => Assert.Same(spread, other));
        Assert.Equal(network.Providers.Select(provider => provider.Agreement).Order(), spread.Placements.Select(placement => placement.Agreement));
    }

    [Fact]
    public async Task TwoWhoAskForOneList_ShareItsReading()
    {
        await StoreManyAsync();
        var (first, second) = (ReadAsync(), ReadAsync());
        Assert.Same(await first, await second);
        Assert.Equal(Many, (await first).Count);
        Assert.Same(await first, await ReadAsync());
    }

    [Fact]
    public async Task OneWhoNoLongerWaits_TakesNothingFromTheNext()
    {
        await StoreManyAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.ReadSpreadsAsync(client.ListSummaries(), new CancellationToken(canceled: true)));
        Assert.Equal(Many, (await ReadAsync()).Count);
    }

    [Fact]
    public async Task NewerList_HasWhatIsNew_AndTheOlderOneStaysAsItWas()
    {
        await WholeClient.Put(client, "a", Consumer.Content(10));
        await WholeClient.Put(client, "b", Consumer.Content(10));
        var older = await ReadAsync();
        Assert.NotNull(await client.RemoveAsync(Consumer.Name("a"), default));
        await WholeClient.Put(client, "c", Consumer.Content(10));
        var newer = await ReadAsync();
        Assert.Equal(client.ListSummaries().Select(summary => summary.Version).ToHashSet(), newer.Keys.ToHashSet());
        Assert.Equal((2, 2), (older.Count, newer.Count));
        Assert.Single(older.Keys.Intersect(newer.Keys));
    }

    [Fact]
    public async Task TwoListsAtOnce_AreEachTheirOwn()
    {
        await StoreManyAsync();
        var all = client.ListSummaries();
        var some = all.Take(3).ToList();
        var (first, second, third) = (client.ReadSpreadsAsync(all, default), client.ReadSpreadsAsync(some, default), client.ReadSpreadsAsync(all, default));
        Assert.Equal((Many, 3, Many), ((await first).Count, (await second).Count, (await third).Count));
    }

    [Fact]
    public async Task CatalogThatFails_IsAskedAgain()
    {
        await StoreManyAsync();
        var objects = client.ListSummaries();
        Change("ALTER TABLE versions RENAME TO elsewhere");
        await Assert.ThrowsAsync<SqliteException>(() => client.ReadSpreadsAsync(objects, default));
        Change("ALTER TABLE elsewhere RENAME TO versions");
        Assert.Equal(Many, (await client.ReadSpreadsAsync(objects, default)).Count);
    }

    /// <summary>After some of them were read already, which are not read again.</summary>
    [Fact]
    public async Task CatalogThatFailsHalfway_IsAskedForTheRest()
    {
        await StoreManyAsync();
        var objects = client.ListSummaries();
        var last = objects[^1].Version.Value;
        Change($"CREATE TABLE aside AS SELECT id, manifest FROM versions WHERE id = {last}");
        Change($"UPDATE versions SET manifest = 'text, not bytes' WHERE id = {last}");
        await Assert.ThrowsAnyAsync<Exception>(() => client.ReadSpreadsAsync(objects, default));
        Change($"UPDATE versions SET manifest = (SELECT manifest FROM aside) WHERE id = {last}");
        // Whatever is wrong by now with one of the first is not seen any more.
        Change($"UPDATE versions SET manifest = x'07' WHERE id = {objects[0].Version.Value}");
        Assert.Equal(Many, (await client.ReadSpreadsAsync(objects, default)).Count);
    }

    [Fact]
    public async Task DamagedManifest_IsLeftOut_AlsoOfTheNextList()
    {
        await WholeClient.Put(client, "a", Consumer.Content(10));
        await WholeClient.Put(client, "b", Consumer.Content(10));
        Change("UPDATE versions SET manifest = x'07' WHERE name = CAST('a' AS BLOB)");
        Assert.Single(await ReadAsync());
        await WholeClient.Put(client, "c", Consumer.Content(10));
        Assert.Equal(2, (await ReadAsync()).Count);
    }

    [Fact]
    public async Task ClosedVault_EndsTheWaiting()
    {
        await StoreManyAsync();
        var objects = client.ListSummaries();
        client.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => client.ReadSpreadsAsync(objects, default)).WaitAsync(TimeSpan.FromMinutes(1));
    }

    Task<IReadOnlyDictionary<VersionId, ObjectSpread>> ReadAsync() => client.ReadSpreadsAsync(client.ListSummaries(), default);

    /// <summary>One object, and its manifest under many other names.</summary>
    async Task StoreManyAsync()
    {
        await WholeClient.Put(client, "a", Consumer.Content(10));
        using var catalog = CatalogDatabase.Open(directory["catalog.db"]);
        catalog.Write(change =>
        {
            var stored = change.FindLive(Consumer.Name("a"))!;
            for (var i = 1; i < Many; i++)
                change.AddLive(Consumer.Name($"b/{i}"), hidden: false, stored.Number, stored.Size, stored.Created, [.. stored.Manifest]);
        });
    }

    /// <summary>Another hand at the catalog's file.</summary>
    void Change(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={directory["catalog.db"]};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
