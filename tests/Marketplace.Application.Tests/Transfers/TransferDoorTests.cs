using Marketplace.Application.Pipeline;
using Marketplace.Application.Transfers;
using Marketplace.Application.Vaults;
using Marketplace.Client.Catalog;
using Marketplace.Client.Downloads;
using Marketplace.Client.Keys;
using Marketplace.Client.Tests;
using Marketplace.Client.Tests.Network;
using Marketplace.Client.Uploads;

namespace Marketplace.Application.Tests.Transfers;

/// <summary>The vault itself behind the queue: what was read of an object is stored again only in the place of the version that it was read from.</summary>
public sealed class TransferDoorTests : IAsyncLifetime
{
    static readonly byte[] Content = Consumer.Content(3000), Newer = Consumer.Content(5000, seed: 1);

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    readonly TemporaryDirectory directory = new();
    readonly FakeNetwork network = new(12);
    readonly List<OpenVault> opened = [];

    Task IAsyncLifetime.InitializeAsync() => Task.CompletedTask;

    async Task IAsyncLifetime.DisposeAsync()
    {
        foreach (var vault in opened)
            await vault.DisposeAsync().AsTask().WaitAsync(Patience);
        directory.Dispose();
    }

    [Fact]
    public async Task WhatIsAsItWasRead_IsStoredAgain_AloneAndWithOthers()
    {
        var vault = await FillAsync("a", "b", "c");
        var versions = new[] { "a", "b", "c" }.ToDictionary(name => name, name => vault.Client.Find(Consumer.Name(name))!.Id);

        Assert.IsType<UploadResult.Stored>(await PutAsync(vault, "a", versions["a"]));
        Assert.Equal(2, await PutManyAsync(vault, ("b", versions["b"]), ("c", versions["c"])));

        Assert.All(versions, version => Assert.NotEqual(version.Value, vault.Client.Find(Consumer.Name(version.Key))!.Id));
        Assert.Equal(Content, await WholeClient.Get(vault.Client, "a"));
        Assert.Equal(Content, await WholeClient.Get(vault.Client, "c"));
    }

    [Theory]
    [InlineData("replaced")]
    [InlineData("renamed")]
    [InlineData("removed")]
    [InlineData("restored")]
    public async Task WhatIsAnotherMeanwhile_StaysAsItIs(string change)
    {
        var vault = await FillAsync("a", "b");
        var (a, b) = (Consumer.Name("a"), vault.Client.Find(Consumer.Name("b"))!.Id);
        if (change == "restored")
            await WholeClient.Put(vault.Client, "a", Newer);
        var read = vault.Client.Find(a)!.Id;
        await (change switch
        {
            "replaced" => WholeClient.Put(vault.Client, "a", Newer),
            "renamed" => vault.Client.RenameAsync([(a, Consumer.Name("other"))], default),
            "removed" => vault.Client.SetAsideAsync([a], default),
            _ => (Task)vault.Client.RestoreAsync([(a, null)], default),
        });
        var now = vault.Client.Find(a)?.Id;

        var refused = Assert.IsType<UploadResult.Refused>(await PutAsync(vault, "a", read));
        Assert.Equal(UploadProblem.ContentChanged, refused.Refusal.Problem);
        // The others are stored.
        Assert.Equal(1, await PutManyAsync(vault, ("a", read), ("b", b)));

        Assert.Equal(now, vault.Client.Find(a)?.Id);
        Assert.NotEqual(b, vault.Client.Find(Consumer.Name("b"))!.Id);
    }

    /// <summary>All countersigned the newer version, and the last of their answers never came: nobody knows of it but the providers.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task WhatAKilledGatewayWasAboutToStore_IsSettledFirst_AndNotReplacedByWhatWasBeforeIt(bool isTogether)
    {
        var killed = await FillAsync("a");
        var read = killed.Client.Find(Consumer.Name("a"))!.Id;
        const TaskCreationOptions apart = TaskCreationOptions.RunContinuationsAsynchronously;
        var (posted, never) = (new TaskCompletionSource(apart), new TaskCompletionSource(apart));
        network.Providers[11].AfterRevision = () =>
        {
            posted.SetResult();
            return never.Task;
        };
        var interrupted = PutAsync(killed, "a", null, Newer);
        await posted.Task.WaitAsync(Patience);
        using (var catalog = CatalogDatabase.Open(directory["catalog.db"]))
            await TransferBench.UntilAsync(() => catalog.Read(read => network.Providers.Count(provider => read.FindPending(provider.Agreement) is not null)) == 1);
        network.Providers[11].AfterRevision = null;

        var vault = Open();
        Assert.Equal(read, vault.Client.Find(Consumer.Name("a"))!.Id);
        if (isTogether)
            Assert.Equal(0, await PutManyAsync(vault, ("a", read)));
        else
            Assert.Equal(UploadProblem.ContentChanged, Assert.IsType<UploadResult.Refused>(await PutAsync(vault, "a", read)).Refusal.Problem);

        Assert.Equal(Newer, await WholeClient.Get(vault.Client, "a"));
        never.SetException(new OperationCanceledException());
        await Assert.ThrowsAsync<OperationCanceledException>(() => interrupted.WaitAsync(Patience));
    }

    [Fact]
    public async Task WhatWasReadIsWhatWasStored_AndAVersionThatIsGoneIsSaid()
    {
        var vault = await FillAsync("a");
        var door = new TransferDoor.Opened(vault);
        var (version, size) = door.Find(Consumer.Name("a"))!.Value;
        Assert.Equal(Content.Length, size);
        var copy = new MemoryStream();
        Assert.IsType<DownloadResult.Complete>(await door.ReadAsync(version, copy, default));
        Assert.Equal(Content, copy.ToArray());

        await vault.Client.RemoveAsync([Consumer.Name("a")], default);
        Assert.Null(door.Find(Consumer.Name("a")));
        Assert.IsType<DownloadResult.Incomplete>(await door.ReadAsync(version, new MemoryStream(), default));
    }

    async Task<OpenVault> FillAsync(params string[] names)
    {
        var vault = Open(isNew: true);
        foreach (var name in names)
            await WholeClient.Put(vault.Client, name, Content);
        return vault;
    }

    OpenVault Open(bool isNew = false)
    {
        var client = WholeClient.Open(network, directory["catalog.db"], isNew, retention: Retention.Default);
        var vault = new OpenVault(client, new VaultKeys(new byte[32]), new MemoryStream(), UseCases.Over(client));
        opened.Add(vault);
        return vault;
    }

    static Task<UploadResult> PutAsync(OpenVault vault, string name, VersionId? again, byte[]? content = null) => new TransferDoor.Opened(vault)
        .PutAsync(Consumer.Name(name), again, new MemoryUploadSource(content ?? Content), new Progress<UploadProgress>(), default).WaitAsync(Patience);

    /// <returns>How many were stored.</returns>
    static async Task<int> PutManyAsync(OpenVault vault, params (string Name, VersionId? Again)[] items) =>
        (await new TransferDoor.Opened(vault).PutManyAsync(
            [.. items.Select(item => (new UploadItem(Consumer.Name(item.Name), () => new MemoryUploadSource(Content)), item.Again))], new Progress<UploadProgress>(), default).WaitAsync(Patience))
        .Count(item => item.Result is UploadResult.Stored);
}
