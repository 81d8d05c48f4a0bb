using System.Reflection;
using System.Text.Json;
using Marketplace.Ethereum.Transactions;

namespace Marketplace.Ethereum.Contracts;

/// <summary>A contract's constructor with its arguments; what a generated <c>Deployment</c> implements.</summary>
public interface IContractDeployment
{
    /// <summary>The contract's name, by which its creation code is found.</summary>
    string ContractName { get; }

    /// <summary>The constructor's arguments, which follow the creation code.</summary>
    byte[] EncodeArguments();
}

/// <summary>The creation code of a contract, as the compiler wrote it.</summary>
public sealed class ContractBytecode
{
    readonly byte[] code;

    ContractBytecode(string contractName, byte[] code) => (ContractName, this.code) = (contractName, code);

    /// <summary>Whose code it is.</summary>
    public string ContractName { get; }

    /// <summary>
    /// Reads an ABI file, <c>{"contractName", "abi", "bytecode"}</c>, that is embedded in an assembly under the name
    /// <c>Abi/{contractName}.json</c>.
    /// </summary>
    /// <exception cref="InvalidDataException">It is not embedded, is another contract's, has no code, or its code has libraries left to
    /// be linked.</exception>
    public static ContractBytecode Load(Assembly assembly, string contractName)
    {
        using var stream = assembly.GetManifestResourceStream($"Abi/{contractName}.json")
            ?? throw new InvalidDataException($"The assembly {assembly.GetName().Name} has no resource Abi/{contractName}.json.");
        return Read(stream, contractName);
    }

    /// <summary>Reads an ABI file from a stream; see <see cref="Load"/>.</summary>
    /// <exception cref="InvalidDataException">As there.</exception>
    public static ContractBytecode Read(Stream stream, string contractName)
    {
        try
        {
            using var document = JsonDocument.Parse(stream);
            var root = document.RootElement;
            if (root.GetProperty("contractName").GetString() != contractName)
                throw new InvalidDataException($"The file is not {contractName}'s.");
            var hex = root.GetProperty("bytecode").GetString();
            if (hex is null || hex.Length <= 2 || !hex.StartsWith("0x", StringComparison.Ordinal))
                throw new InvalidDataException($"{contractName} has no creation code: it is abstract or an interface.");
            return new ContractBytecode(contractName, Convert.FromHexString(hex.AsSpan(2)));
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException(
                $"The file of {contractName} is no ABI file, or its code has libraries left to be linked.", fault);
        }
    }

    /// <summary>The transaction that deploys the contract.</summary>
    /// <exception cref="ArgumentException">The arguments are another contract's.</exception>
    public TransactionRequest Deploy(IContractDeployment deployment) => deployment.ContractName == ContractName
        ? new TransactionRequest { To = null, Data = (byte[])[.. code, .. deployment.EncodeArguments()] }
        : throw new ArgumentException(
            $"Arguments for {deployment.ContractName} do not fit the code of {ContractName}.", nameof(deployment));
}
