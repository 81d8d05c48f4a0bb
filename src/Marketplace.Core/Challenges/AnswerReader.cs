using System.Buffers.Binary;
using System.Collections.Immutable;
using Marketplace.Core.Primitives;
using Marketplace.Core.SumTree;

namespace Marketplace.Core.Challenges;

/// <summary>
/// Takes answers apart, one after the other. Nothing that it yields is verified; every length and depth is checked before anything is
/// allocated.
/// </summary>
internal ref struct AnswerReader(ReadOnlySpan<byte> bytes)
{
    ReadOnlySpan<byte> rest = bytes;

    public readonly bool IsAtEnd => rest.IsEmpty;

    public AnswerProblem ReadAnswer(out ChallengeAnswer? answer)
    {
        answer = null;
        var problem = ReadInclusion(out var inclusion);
        if (problem != AnswerProblem.None)
            return problem;
        ShownNode? shown = null;
        if (inclusion!.Contents.Weight > 0)
            problem = ReadShown(out shown);
        if (problem == AnswerProblem.None)
            answer = new ChallengeAnswer(inclusion, shown);
        return problem;
    }

    public AnswerProblem ReadInclusion(out InclusionProof? proof)
    {
        proof = null;
        if (rest.Length < AnswerEncoding.InclusionHeadSize)
            return AnswerProblem.AnswersTooShort;
        var depth = rest[129];
        if (depth > AnswerEncoding.MaxTopDepth)
            return AnswerProblem.PathTooLong;
        var position = BinaryPrimitives.ReadUInt32BigEndian(rest[130..]);
        if ((ulong)position >> depth != 0)
            return AnswerProblem.PositionOutOfRange;
        if (rest.Length < AnswerEncoding.InclusionHeadSize + depth * TopNode.Size)
            return AnswerProblem.AnswersTooShort;
        var contents = new AgreementContents(
            new AgreementId(BinaryPrimitives.ReadUInt128BigEndian(rest)),
            BinaryPrimitives.ReadUInt64BigEndian(rest[16..]),
            new Digest(rest.Slice(32, Digest.Size)),
            BinaryPrimitives.ReadUInt64BigEndian(rest[24..]));
        var signature = rest.Slice(64, AnswerEncoding.SignatureSize).ToArray();
        rest = rest[AnswerEncoding.InclusionHeadSize..];
        var siblings = ImmutableArray.CreateBuilder<TopNode>(depth);
        for (var level = 0; level < depth; level++)
            siblings.Add(TopNode.Read(rest[(level * TopNode.Size)..]));
        rest = rest[(depth * TopNode.Size)..];
        proof = new InclusionProof(contents, signature, new TopPath(position, siblings.MoveToImmutable()));
        return AnswerProblem.None;
    }

    public AnswerProblem ReadShown(out ShownNode? shown)
    {
        shown = null;
        if (rest.Length < AnswerEncoding.LeafHeadSize)
            return AnswerProblem.AnswersTooShort;
        var isDeclared = (rest[0] & AnswerEncoding.DeclaredFlag) != 0;
        var depth = rest[0] & ~AnswerEncoding.DeclaredFlag;
        if (depth > AnswerEncoding.MaxLeafDepth)
            return AnswerProblem.PathTooLong;
        var position = BinaryPrimitives.ReadUInt64BigEndian(rest[1..]);
        if (position >> depth != 0)
            return AnswerProblem.PositionOutOfRange;
        var last = isDeclared ? SumNode.Size : FragmentTree.LeafSize;
        if (rest.Length < AnswerEncoding.LeafHeadSize + depth * SumNode.Size + last)
            return AnswerProblem.AnswersTooShort;
        rest = rest[AnswerEncoding.LeafHeadSize..];
        var siblings = ImmutableArray.CreateBuilder<SumNode>(depth);
        for (var level = 0; level < depth; level++)
            siblings.Add(SumNode.Read(rest[(level * SumNode.Size)..]));
        rest = rest[(depth * SumNode.Size)..];
        var path = new SumPath(position, siblings.MoveToImmutable());
        shown = isDeclared ? new DeclaredProof(path, SumNode.Read(rest)) : new LeafProof(path, rest[..last].ToArray());
        rest = rest[last..];
        return AnswerProblem.None;
    }
}
