namespace Marketplace.Core.SumTree;

/// <summary>A node that a slot tree can be built of; the default value is EMPTY.</summary>
public interface ISumNode<TSelf>
    where TSelf : struct, ISumNode<TSelf>
{
    /// <summary>Whether there is nothing under the node.</summary>
    bool IsEmpty { get; }

    /// <summary>The node over two children; EMPTY over two EMPTY ones.</summary>
    /// <exception cref="OverflowException">A sum exceeds its field.</exception>
    static abstract TSelf Combine(TSelf left, TSelf right);
}
