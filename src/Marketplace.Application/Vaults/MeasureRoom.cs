using Marketplace.Client;
using Marketplace.Client.Uploads;
using Marketplace.Core.Primitives;
using MediatR;

namespace Marketplace.Application.Vaults;

/// <summary>Asks how much of the room that the vault's agreements rent is used, and how much is left, as far as this machine's catalog knows.</summary>
/// <param name="Now">The chain's epoch: agreements that end later, and were not ended early, are counted.</param>
public sealed record MeasureRoom(Epoch Now) : IRequest<RentedRoom>;

/// <inheritdoc cref="MeasureRoom"/>
public sealed class MeasureRoomHandler(MarketplaceClient client) : IRequestHandler<MeasureRoom, RentedRoom>
{
    /// <inheritdoc/>
    public Task<RentedRoom> Handle(MeasureRoom request, CancellationToken cancellationToken) => Task.FromResult(client.MeasureRoom(request.Now));
}
