using Marketplace.Ethereum.Accounts;
using Marketplace.Ethereum.JsonRpc;

namespace Marketplace.Ethereum.Contracts;

public static class ContractReverts
{
    /// <summary>The typed error where it is known, else the bytes as they are.</summary>
    public static Exception ToException(RpcException refusal, IContractErrorDecoder errors)
    {
        var data = refusal.RevertData ?? ReadOnlyMemory<byte>.Empty;
        return (Exception?)errors.Decode(data.Span) ?? StandardErrors.Decoder.Decode(data.Span)
            ?? (Exception)new CallRevertedException(data, refusal.Error.Message);
    }
}
