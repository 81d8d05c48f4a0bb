using Marketplace.Ethereum.Accounts;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Testing;
using Marketplace.Web.Tests.Network;

namespace Marketplace.Web.Tests.Pages;

/// <summary>The way of a consumer, from the first visit to the last agreement; on a real network with twelve providers, with a wallet that signs.</summary>
public sealed class ConsumerTests(JourneyNetwork network) : IClassFixture<JourneyNetwork>
{
    const string Rental = "/rent?gib=4&for=1&unit=hour&coding=small";

    [Fact]
    public async Task Consumer_MakesAVault_Rents_KeepsFiles_Extends_AndEnds_AndProvidersArePaid()
    {
        using var poor = new LocalSigner(PrivateKey.Create());
        var wallet = new TestWallet(AnvilProcess.ChainId, network.Signer, poor) { Client = network.Client };
        await using var context = await network.VisitAsync(wallet, Look.All[0]);
        var page = await context.NewPageAsync();
        IReadOnlyList<string> written = [];
        await page.TravelAsync("consumer", async () =>
        {
            await FirstRentalSteps.SeeThePriceAsync(page);
            written = await FirstRentalSteps.BringWhatIsMissingAsync(page);
            await page.GotoAsync(Rental);
            await RentingSteps.TakeAnotherTermAsync(page);
            await page.GotoAsync(Rental);
            await RentingSteps.SeeThePriceAsync(page);
            await RentingSteps.BeRefusedAsync(page, wallet, poor);
            await wallet.UseAsync(network.Signer);
            await RentingSteps.RentAsync(page, wallet);

            await page.GotoAsync("/files");
            await FileSteps.UnlockAsync(page);
            await FileSteps.UploadAsync(page);
            await FileSteps.ChooseTooMuchAsync(page);
            await FileSteps.ShouldBeServedInPartsAsync(context);
            await FileSteps.ShouldBeHarmlessAsync(context, page);
            await FileSteps.LookAfterAsync(context, page);
            await FileSteps.TurnATransferAsync(context, page, network.Start);
            await FileSteps.RestoreAsync(context, page);
            await FileSteps.LookAfterTheVaultAsync(page, written);

            await NetworkSteps.SeeTheNetworkAsync(page);
            await page.GotoAsync("/agreements");
            await RentingSteps.ExtendAsync(page);
            await RentingSteps.TopUpAsync(page);
            await RentingSteps.EndAsync(page);
            await RentingSteps.SeeThePastAsync(page);
        });

        await using (var gateway = await network.StartElsewhereAsync())
        await using (var newMachine = await network.VisitAsync(gateway))
        {
            var recovered = await newMachine.NewPageAsync();
            await recovered.TravelAsync("recovery", () => RecoverySteps.RecoverAsync(recovered, written));
        }

        using var owner = network.OwnerOf("provider-01");
        await using var elsewhere = await network.VisitAsync(new TestWallet(AnvilProcess.ChainId, owner) { Client = network.Client }, Look.All[0]);
        var provider = await elsewhere.NewPageAsync();
        await provider.TravelAsync("earnings", () => NetworkSteps.SeeEarningsAsync(provider));
    }
}
