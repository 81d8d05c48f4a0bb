using System.Net;

namespace Marketplace.Ethereum.JsonRpc;

/// <summary>
/// A question to a chain endpoint that was not answered as asked. Messages never contain the endpoint's path, query or credentials.
/// </summary>
public abstract class EthereumRpcException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The node understood the question and answered with an error.</summary>
public sealed class RpcException : EthereumRpcException
{
    internal RpcException(string method, RpcError error)
        : base($"{method}: the node answered with error {error.Code}: {error.Message}") => (Method, Error) = (method, error);

    /// <summary>The JSON-RPC method that was called.</summary>
    public string Method { get; }

    /// <summary>What the node said.</summary>
    public RpcError Error { get; }

    /// <summary>The node's error code; 3 for a revert by convention, negative for the protocol's own.</summary>
    public long Code => Error.Code;

    /// <summary>The bytes with which a contract reverted, where the node passed them on.</summary>
    public ReadOnlyMemory<byte>? RevertData => Error.RevertData;

    /// <summary>Whether the error says that execution reverted, with or without data.</summary>
    public bool IsRevert => Error.IsRevert;
}

/// <summary>
/// The endpoint could not be reached, broke off, or refused at the level of HTTP. The question may or may not have arrived.
/// </summary>
public class RpcTransportException : EthereumRpcException
{
    internal RpcTransportException(
        string message, Exception? inner = null, HttpStatusCode? status = null, bool isTransient = true, TimeSpan? retryAfter = null)
        : base(message, inner) => (Status, IsTransient, RetryAfter) = (status, isTransient, retryAfter);

    /// <summary>The HTTP status, when there was an answer.</summary>
    public HttpStatusCode? Status { get; }

    /// <summary>Whether the same question may succeed later without anybody changing anything.</summary>
    public bool IsTransient { get; }

    /// <summary>How long the endpoint asked us to wait, when it did.</summary>
    public TimeSpan? RetryAfter { get; }
}

/// <summary>No whole answer within the time limit.</summary>
public sealed class RpcTimeoutException : RpcTransportException
{
    internal RpcTimeoutException(RpcEndpoint endpoint, TimeSpan limit)
        : base($"{endpoint} gave no whole answer within {limit.TotalSeconds:0.###} s.") => Limit = limit;

    /// <summary>The limit that passed.</summary>
    public TimeSpan Limit { get; }
}

/// <summary>The answer is not what the protocol allows: not JSON, another id, a missing field, a number out of range.</summary>
public class RpcProtocolException(string message, Exception? inner = null) : EthereumRpcException(message, inner);

/// <summary>The answer is longer than the connection's limit. It was not read further.</summary>
public sealed class RpcResponseTooLargeException : RpcProtocolException
{
    internal RpcResponseTooLargeException(RpcEndpoint endpoint, long limit)
        : base($"{endpoint} answered with more than {limit} bytes.") => Limit = limit;

    /// <summary>The limit in bytes.</summary>
    public long Limit { get; }
}

/// <summary>The endpoint serves another chain than the one that was configured.</summary>
public sealed class WrongChainException : EthereumRpcException
{
    /// <param name="expected">The chain id that the caller relies on.</param>
    /// <param name="actual">The chain id that the endpoint reports.</param>
    public WrongChainException(ulong expected, ulong actual)
        : base($"The endpoint serves chain {actual}, but chain {expected} was expected.") => (Expected, Actual) = (expected, actual);

    /// <summary>The chain id that the caller relies on.</summary>
    public ulong Expected { get; }

    /// <summary>The chain id that the endpoint reports.</summary>
    public ulong Actual { get; }
}
