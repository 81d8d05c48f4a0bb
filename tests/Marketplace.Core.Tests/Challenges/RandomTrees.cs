using Marketplace.Core.Challenges;
using Marketplace.Core.Primitives;
using Marketplace.Core.SumTree;
using Marketplace.Core.Tests.Primitives;

namespace Marketplace.Core.Tests.Challenges;

/// <summary>How large a random provider is at most.</summary>
/// <param name="Agreements">Agreements, some of which may be empty.</param>
/// <param name="Fragments">Fragments in an agreement.</param>
/// <param name="Leaves">Leaves of a fragment.</param>
/// <param name="IsExact">Every number is met, slots are dense and no agreement is empty.</param>
internal sealed record TreeShape(int Agreements, int Fragments, int Leaves, bool IsExact = false);

/// <summary>
/// Providers with contents that follow from a seed alone, and their answers. Fragments are drawn from a pool of a few real ones, so that a
/// provider with a million of them is built in seconds.
/// </summary>
internal sealed class RandomTrees
{
    const int PoolSize = 6;

    readonly SplitMix random;
    readonly (byte[] Bytes, FragmentTree Tree)[] pool;
    readonly List<StoredAgreement> agreements = [];

    public RandomTrees(ulong seed, TreeShape shape)
    {
        random = new SplitMix(seed);
        pool = [.. Enumerable.Range(0, PoolSize).Select(_ => Fragment(shape))];
        Seed = new Digest(random.Bytes(Digest.Size));
        Provider = new ProviderId(random.Bytes(ProviderId.Size));
        var count = shape.IsExact ? shape.Agreements : (int)random.Below((ulong)shape.Agreements + 1);
        var slot = 0U;
        for (var i = 0; i < count; i++, slot++)
        {
            slot += Gap(shape);
            agreements.Add(Agreement((UInt128)(i + 1) * 1000, slot, shape));
        }
        Tree = ProviderTree.Load(agreements.Select(agreement => KeyValuePair.Create(agreement.Slot, agreement.Contents)));
    }

    /// <summary>An epoch's seed.</summary>
    public Digest Seed { get; init; }

    public ProviderId Provider { get; }

    public ProviderTree Tree { get; }

    public Checkpoint Checkpoint => Tree.Checkpoint;

    public IReadOnlyList<StoredAgreement> Agreements => agreements;

    /// <summary>The stand-in for a signature: the agreement's node twice, and 27. Zeros for revision 0.</summary>
    public static byte[] SignatureOf(AgreementContents contents)
    {
        var node = contents.ToNode().Hash.ToArray();
        return contents.Revision == 0 ? new byte[AnswerEncoding.SignatureSize] : [.. node, .. node, 27];
    }

    public static bool IsSigned(AgreementContents contents, ReadOnlySpan<byte> signature) => signature.SequenceEqual(SignatureOf(contents));

    /// <summary>The answer that a draw demands, null if it is void.</summary>
    public ChallengeAnswer? Answer(ChallengeDraw draw)
    {
        switch (draw.Kind)
        {
            case DrawKind.Leaf:
                var (slot, leaf) = Tree.LocateLeaf(draw.Position);
                return AnswerIn(BySlot(slot), leaf);
            case DrawKind.Agreement:
                var agreement = BySlot(Tree.LocateAgreement((uint)draw.Position));
                return AnswerIn(agreement, agreement.Contents.Weight == 0 ? 0 : draw.LeafWithin(agreement.Contents.Weight));
            default:
                return null;
        }
    }

    /// <summary>The answers to all draws against a checkpoint, which may pretend other totals.</summary>
    public IEnumerable<ChallengeAnswer> Answers(uint challenges, Checkpoint? pretended = null) =>
        ChallengeDraw.All(Seed, Provider, pretended ?? Checkpoint, challenges).Select(Answer).OfType<ChallengeAnswer>();

    public static byte[] Encode(IEnumerable<ChallengeAnswer> answers)
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        foreach (var answer in answers)
            answer.WriteTo(output);
        return output.WrittenSpan.ToArray();
    }

    public InclusionProof Inclusion(StoredAgreement agreement) =>
        new(agreement.Contents, SignatureOf(agreement.Contents), Tree.PathOf(agreement.Slot));

    public ChallengeAnswer AnswerIn(StoredAgreement agreement, ulong leaf)
    {
        if (agreement.Contents.Weight == 0)
            return new ChallengeAnswer(Inclusion(agreement), null);
        var (slot, within) = agreement.Tree.LocateLeaf(leaf);
        var (bytes, tree) = pool[agreement.Fragments[slot]];
        var path = tree.PathOf(within).Then(agreement.Tree.PathOf(slot));
        return new ChallengeAnswer(Inclusion(agreement), new LeafProof(path, bytes.AsMemory((int)within * FragmentTree.LeafSize, FragmentTree.LeafSize)));
    }

    /// <summary>The fragment that an answer's leaf lies in, as it is shown when it was declared lost.</summary>
    public DeclaredProof FragmentOf(ChallengeAnswer answer)
    {
        var agreement = agreements.Single(stored => stored.Contents == answer.Inclusion.Contents);
        answer.Shown!.Path.TryClimb(SumNode.Leaf(((LeafProof)answer.Shown).Leaf.Span), out _, out var leaf);
        var (slot, _) = agreement.Tree.LocateLeaf(leaf);
        return new DeclaredProof(agreement.Tree.PathOf(slot), agreement.Tree[slot]);
    }

    StoredAgreement BySlot(uint slot) => agreements[agreements.FindIndex(agreement => agreement.Slot == slot)];

    (byte[] Bytes, FragmentTree Tree) Fragment(TreeShape shape)
    {
        var leaves = shape.IsExact ? shape.Leaves : (int)random.Below((ulong)shape.Leaves) + 1;
        var bytes = random.Bytes(leaves * FragmentTree.LeafSize);
        return (bytes, FragmentTree.Build(bytes));
    }

    uint Gap(TreeShape shape) => shape.IsExact || random.Below(3) != 0 ? 0 : (uint)random.Below(4);

    StoredAgreement Agreement(UInt128 id, uint slot, TreeShape shape)
    {
        var isInitial = !shape.IsExact && random.Below(6) == 0;
        var count = shape.IsExact ? shape.Fragments : isInitial ? 0 : (int)random.Below((ulong)shape.Fragments + 1);
        var fragments = new Dictionary<uint, int>(count);
        var next = 0U;
        for (var i = 0; i < count; i++, next++)
        {
            next += Gap(shape);
            fragments[next] = (int)random.Below(PoolSize);
        }
        var tree = AgreementTree.Load(fragments.Select(pair => KeyValuePair.Create(pair.Key, pool[pair.Value].Tree.Root)));
        var revision = isInitial ? 0 : 1 + random.Below(1000);
        return new StoredAgreement(slot, AgreementContents.Of(new AgreementId(id), revision, tree.Root), tree, fragments);
    }
}

/// <param name="Slot">In the provider's tree.</param>
/// <param name="Contents">What was signed.</param>
/// <param name="Tree">The agreement's.</param>
/// <param name="Fragments">Slots in the agreement, and the pool's fragment that is in each.</param>
internal sealed record StoredAgreement(uint Slot, AgreementContents Contents, AgreementTree Tree, IReadOnlyDictionary<uint, int> Fragments);
