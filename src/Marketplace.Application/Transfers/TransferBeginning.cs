namespace Marketplace.Application.Transfers;

/// <summary>What became of the wish to hand content over.</summary>
public abstract record TransferBeginning
{
    TransferBeginning()
    {
    }

    /// <summary>It may be handed over.</summary>
    /// <param name="Id">Its number.</param>
    public sealed record Begun(Guid Id) : TransferBeginning
    {
        /// <summary>Whether it waits with all others first (<see cref="TransferQueue.PauseAll"/>).</summary>
        public bool IsPaused { get; init; }
    }

    /// <summary>As many as may be are on their way; to be asked again when there are places (<see cref="TransferQueue.WaitForPlacesAsync"/>).</summary>
    public sealed record Later : TransferBeginning;

    /// <summary>Not before the vault is opened again.</summary>
    public sealed record Locked : TransferBeginning;

    /// <summary>It will not be taken.</summary>
    /// <param name="Reason">A sentence for people.</param>
    public sealed record Refused(string Reason) : TransferBeginning;
}

/// <summary>What places are for.</summary>
public enum TransferPlace
{
    /// <summary>To begin (<see cref="TransferBeginning.Later"/>).</summary>
    ToBegin,

    /// <summary>To be taken over (<see cref="TransferReply.Later"/>).</summary>
    ToArrive,
}
