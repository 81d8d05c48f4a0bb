using System.Globalization;
using System.Text.Json;
using Marketplace.Core.Challenges;
using Marketplace.Core.SumTree;
using Marketplace.Core.Tests.Challenges;

namespace Marketplace.Core.Tests.Vectors;

/// <summary>Writes tests/vectors/challenges.json, and any number of random cases of the same shape (see the README there).</summary>
public sealed class ChallengeVectorTests
{
    [Fact]
    public void Challenges_Committed_AreWhatTheCodeProduces() => VectorFile.Check(
        "challenges.json",
        new
        {
            Challenges = ChallengeCases.Accepted().Concat(ChallengeCases.Refused()).Select(Describe),
            Declarations = ChallengeCases.Declarations().Concat(ChallengeCases.WrongDeclarations()).Select(challenge => new
            {
                Challenge = Describe(challenge),
                Declared = Describe(challenge.Declared),
            }),
            LeafParts = LeafPartCases.Accepted().Concat(LeafPartCases.Refused()).Select(part => new
            {
                part.Name,
                DataRoot = part.Contents.DataRoot.ToString(),
                Weight = part.Contents.Weight.ToString(CultureInfo.InvariantCulture),
                Leaf = part.Leaf.ToString(CultureInfo.InvariantCulture),
                Bytes = VectorFile.Hex(part.Bytes),
                Declared = Describe(part.Declared),
                Result = part.Problem.ToString(),
            }),
            Inclusions = ChallengeCases.Inclusions().Select(inclusion => new
            {
                inclusion.Name,
                Checkpoint = Describe(inclusion.Checkpoint),
                AgreementId = inclusion.Agreement.ToString(),
                Inclusion = VectorFile.Hex(inclusion.Inclusion),
                Result = inclusion.Problem.ToString(),
            }),
            SettlementDraws = Enumerable.Range(1, 12).Select(i => SettlementDrawOf((ulong)i)),
        });

    [Fact]
    public void RandomCases_AreAcceptedAndWrittenWhereAskedFor()
    {
        var path = Environment.GetEnvironmentVariable("RANDOM_CASES_FILE");
        var count = ulong.Parse(Environment.GetEnvironmentVariable("RANDOM_CASES_COUNT") ?? "20", CultureInfo.InvariantCulture);
        var first = ulong.Parse(Environment.GetEnvironmentVariable("RANDOM_CASES_SEED") ?? "1000000", CultureInfo.InvariantCulture);
        using var output = path is null ? StreamWriter.Null : new StreamWriter(path);
        var options = new JsonSerializerOptions(VectorFile.Json) { WriteIndented = false };
        for (var seed = first; seed < first + count; seed++)
        {
            var shape = new TreeShape(12, 14, 40);
            var random = seed % 2 == 0 ? ChallengeCase.Honest($"random {seed}", new(seed, shape), 8) : LeafPartCases.RandomLosses(seed, shape, 8);
            Assert.True(random.Verdict.IsAccepted, random.Name);
            output.WriteLine(JsonSerializer.Serialize(new { Challenge = Describe(random), Declared = Describe(random.Declared) }, options));
        }
    }

    static object Describe(ChallengeCase challenge) => new
    {
        challenge.Name,
        Checkpoint = Describe(challenge.Checkpoint),
        Seed = challenge.Seed.ToString(),
        Provider = challenge.Provider.ToString(),
        challenge.Challenges,
        Draws = ChallengeDraw.All(challenge.Seed, challenge.Provider, challenge.Checkpoint, challenge.Challenges).Select(draw => new
        {
            Kind = draw.Kind.ToString().ToLowerInvariant(),
            Target = draw.Target.ToString(),
            Position = draw.Position.ToString(CultureInfo.InvariantCulture),
        }),
        Answers = VectorFile.Hex(challenge.Answers),
        Result = challenge.Verdict.Problem.ToString(),
        RefusedAt = challenge.Verdict.IsAccepted ? null : (uint?)challenge.Verdict.Challenge,
    };

    static object Describe(IReadOnlySet<SumNode> declared) => declared.Select(node => new
    {
        Hash = node.Hash.ToString(),
        Weight = node.Weight.ToString(CultureInfo.InvariantCulture),
    });

    static object Describe(Checkpoint checkpoint) => new
    {
        Root = checkpoint.Root.ToString(),
        Leaves = checkpoint.Leaves.ToString(CultureInfo.InvariantCulture),
        checkpoint.Agreements,
    };

    static object SettlementDrawOf(ulong i)
    {
        var seed = Core.Primitives.Digest.Of(BitConverter.GetBytes(i));
        var (agreement, cycle, proven) = (new Core.Primitives.AgreementId(i * 7919), i % 4, i * 5 % 31 + 1);
        return new
        {
            Seed = seed.ToString(),
            AgreementId = agreement.ToString(),
            Cycle = cycle.ToString(CultureInfo.InvariantCulture),
            ProvenEpochs = proven.ToString(CultureInfo.InvariantCulture),
            Picked = SettlementDraw.Pick(seed, agreement, cycle, proven).ToString(CultureInfo.InvariantCulture),
        };
    }
}
