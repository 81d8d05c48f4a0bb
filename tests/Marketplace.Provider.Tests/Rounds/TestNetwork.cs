using System.Text.Json;
using Marketplace.Ethereum.Primitives;

namespace Marketplace.Provider.Tests.Rounds;

/// <summary>tests/vectors/drand-test-network.json: rounds of a drand network whose key everybody knows.</summary>
sealed record TestNetwork(string ChainHash, string PublicKey, ulong EpochLength, ulong Margin, ulong Period, TestRound[] Rounds)
{
    public static TestNetwork Load()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "tests", "vectors", "drand-test-network.json")))
            directory = directory.Parent ?? throw new FileNotFoundException("The vectors are in tests/vectors.");
        var text = File.ReadAllBytes(Path.Combine(directory.FullName, "tests", "vectors", "drand-test-network.json"));
        return JsonSerializer.Deserialize<TestNetwork>(text, JsonSerializerOptions.Web)!;
    }

    /// <summary>The hash as a relay's path has it.</summary>
    public string PathHash => ChainHash[2..];

    public byte[] ToKey() => Convert.FromHexString(PublicKey[2..]);

    public TestRound? Find(ulong round) => Rounds.SingleOrDefault(one => one.Round == round);
}

sealed record TestRound(ulong Epoch, ulong Round, string Signature)
{
    public Bytes ToBytes() => Convert.FromHexString(Signature[2..]);
}
