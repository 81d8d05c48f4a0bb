namespace Marketplace.Cli.Tests.Network;

/// <summary>One local network for all classes that leave its providers alive.</summary>
[CollectionDefinition(Name)]
public sealed class MarketCollection : ICollectionFixture<LocalNetwork>
{
    public const string Name = "market";
}

/// <summary>One local network for classes whose providers ask for money for reading, lose data, or die.</summary>
[CollectionDefinition(Name)]
public sealed class DisputeCollection : ICollectionFixture<PricedNetwork>
{
    public const string Name = "disputes";
}

/// <summary>A network whose consumer rented by offers made for it alone, under which reading costs money.</summary>
public sealed class PricedNetwork : LocalNetwork
{
    public const int Providers = 12;

    /// <summary>A busy machine's node needs some of them to answer an audit.</summary>
    public const int SecondsToAnswer = 20;

    /// <summary>Bytes of each of the files <c>read</c>, <c>audited</c> and <c>lost</c>.</summary>
    public const long FileSize = 1 << 20;

    /// <summary>A token for each leaf of 1,024 bytes.</summary>
    const string TokensPerGiBRead = "1048576";

    protected override int EpochSeconds => SecondsToAnswer;

    public string ConsumerAddress => State.GetProperty("consumer").GetString()!;

    protected override async Task PrepareAsync()
    {
        for (var number = 1; number <= Providers; number++)
        {
            (await RunAsProviderAsync(
                number, "provider", "list", "--price", "0.05", "--space", "4", "--egress-price", TokensPerGiBRead, "--only-for", ConsumerAddress)).Succeeded();
        }
        await RentAsync("--space", "1", "--term", "400", "--count", "12", "--max-price", "0.05");
        // Before any of the providers dies: all twelve have to countersign.
        foreach (var (name, seed) in new[] { ("read", 41), ("audited", 42), ("lost", 43) })
            (await RunAsync("put", MakeFile(FileSize, seed), "--name", name)).Succeeded();
    }
}
