using System.Diagnostics.CodeAnalysis;
using Marketplace.Ethereum.Abi;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Transactions;

namespace Marketplace.Ethereum.Contracts;

/// <summary>What a generated event implements.</summary>
public interface IContractEvent<TSelf> where TSelf : IContractEvent<TSelf>
{
    /// <summary>The canonical signature, <c>Transfer(address,address,uint256)</c>.</summary>
    static abstract string Signature { get; }

    /// <summary>The hash of the signature, which is the first topic of every such log.</summary>
    static abstract Hash256 Topic { get; }

    /// <exception cref="AbiDecodingException">The log is another event's, has another number of topics, or its data is not
    /// canonical.</exception>
    static abstract TSelf Decode(LogEntry log);
}

/// <summary>An event and the log that it was read from.</summary>
public sealed record EventLog<TEvent>(TEvent Event, LogEntry Log) where TEvent : IContractEvent<TEvent>;

/// <summary>Reads logs as events.</summary>
public static class EventLog
{
    /// <summary>Whether the log is a <typeparamref name="TEvent"/> by its first topic; if so it is read.</summary>
    /// <exception cref="AbiDecodingException">The log has the event's topic but not its form.</exception>
    public static bool TryDecode<TEvent>(LogEntry log, [NotNullWhen(true)] out EventLog<TEvent>? result)
        where TEvent : IContractEvent<TEvent>
    {
        result = log.Topics.Count > 0 && log.Topics[0] == TEvent.Topic ? new EventLog<TEvent>(TEvent.Decode(log), log) : null;
        return result is not null;
    }

    /// <summary>Those of the logs that are a <typeparamref name="TEvent"/>, in their order.</summary>
    /// <exception cref="AbiDecodingException">A log has the event's topic but not its form.</exception>
    public static IEnumerable<EventLog<TEvent>> OfType<TEvent>(IEnumerable<LogEntry> logs) where TEvent : IContractEvent<TEvent>
    {
        foreach (var log in logs)
        {
            if (TryDecode<TEvent>(log, out var result))
                yield return result;
        }
    }
}

/// <summary>The topics of a log: what generated events read from and filter by.</summary>
public static class EventTopics
{
    /// <summary>Asserts that the log has this first topic and this many topics in all.</summary>
    /// <exception cref="AbiDecodingException">It has not.</exception>
    public static void Expect(LogEntry log, Hash256 topic, int count)
    {
        if (log.Topics.Count != count || log.Topics[0] != topic)
            throw new AbiDecodingException($"The log is not an event {topic} with {count} topics.");
    }

    /// <summary>Reads an indexed value.</summary>
    /// <exception cref="AbiDecodingException">The topic is not a canonical value of the type.</exception>
    public static T Read<T>(Hash256 topic, AbiRead<T> read)
    {
        Span<byte> word = stackalloc byte[Hash256.Size];
        topic.CopyTo(word);
        var reader = new AbiReader(word, Hash256.Size);
        return read(ref reader);
    }

    /// <summary>
    /// The topics that a filter allows for an indexed value: that of <paramref name="value"/>, or any (null) when it is null.
    /// </summary>
    public static IReadOnlyList<Hash256>? Filter<T>(T? value, Action<AbiWriter, T> write) where T : struct
    {
        if (value is not { } wanted)
            return null;
        var writer = new AbiWriter(AbiWriter.Word);
        write(writer, wanted);
        return [new Hash256(writer.ToArray())];
    }
}
