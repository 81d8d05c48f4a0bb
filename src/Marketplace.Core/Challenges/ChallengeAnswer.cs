using System.Buffers;
using Marketplace.Core.SumTree;

namespace Marketplace.Core.Challenges;

/// <summary>Shows that an agreement is in a provider's checkpoint (protocol, section 4.1).</summary>
/// <param name="Contents">What the agreement stores.</param>
/// <param name="Signature">The data key's over the revision: 65 bytes; zeros for revision 0.</param>
/// <param name="Path">From the agreement's node to the checkpoint's root.</param>
public sealed record InclusionProof(AgreementContents Contents, ReadOnlyMemory<byte> Signature, TopPath Path)
{
    /// <summary>The encoding by itself, as a settlement takes it.</summary>
    /// <exception cref="ArgumentException">The signature or the path has a size that the encoding cannot hold.</exception>
    public byte[] Encode()
    {
        var output = new ArrayBufferWriter<byte>();
        AnswerEncoding.Write(output, this);
        return output.WrittenSpan.ToArray();
    }
}

/// <summary>What an answer shows in an agreement's tree, or an answer to an audit as a whole (protocol, section 4.1).</summary>
/// <param name="Path">From the node through the fragment's tree and the agreement's up to the data root.</param>
public abstract record ShownNode(SumPath Path)
{
    internal abstract SumNode Lowest { get; }

    /// <summary>The encoding by itself, as an audit takes it.</summary>
    /// <exception cref="ArgumentException">The leaf or the path has a size that the encoding cannot hold.</exception>
    public byte[] Encode()
    {
        var output = new ArrayBufferWriter<byte>();
        AnswerEncoding.Write(output, this);
        return output.WrittenSpan.ToArray();
    }
}

/// <summary>Shows one leaf to be in an agreement.</summary>
/// <param name="Path">From the leaf.</param>
/// <param name="Leaf">The leaf's 1,024 bytes.</param>
public sealed record LeafProof(SumPath Path, ReadOnlyMemory<byte> Leaf) : ShownNode(Path)
{
    internal override SumNode Lowest => SumNode.Leaf(Leaf.Span);
}

/// <summary>Shows that a leaf lies under a node that the provider declared lost.</summary>
/// <param name="Path">From the node.</param>
/// <param name="Node">Normally a fragment's root.</param>
public sealed record DeclaredProof(SumPath Path, SumNode Node) : ShownNode(Path)
{
    internal override SumNode Lowest => Node;
}

/// <summary>The answer to one draw.</summary>
/// <param name="Inclusion">The agreement that was drawn, or that holds the leaf.</param>
/// <param name="Shown">The leaf, or what was declared in its place; null exactly when the agreement is empty.</param>
public sealed record ChallengeAnswer(InclusionProof Inclusion, ShownNode? Shown)
{
    /// <summary>Appends the encoding. The answers of a challenge follow each other in the order of the draws.</summary>
    /// <exception cref="ArgumentException">A part has a size that the encoding cannot hold, or the leaf is there without weight or missing
    /// with it.</exception>
    public void WriteTo(IBufferWriter<byte> output)
    {
        if (Shown is null != (Inclusion.Contents.Weight == 0))
            throw new ArgumentException("An answer holds a leaf exactly when the agreement does.");
        AnswerEncoding.Write(output, Inclusion);
        if (Shown is not null)
            AnswerEncoding.Write(output, Shown);
    }
}
