using System.Text.Json;
using Marketplace.Chain.Contracts;
using Marketplace.Ethereum.Contracts;

namespace Marketplace.Chain.Tests.Markets;

public sealed class MarketErrorMessagesTests
{
    static IEnumerable<Type> ErrorTypes => typeof(ContractErrors).Assembly.GetTypes()
        .Where(type => type is { IsClass: true, IsAbstract: false } && typeof(IContractError).IsAssignableFrom(type));

    public static TheoryData<Type> Errors => [.. ErrorTypes];

    [Theory]
    [MemberData(nameof(Errors))]
    public void EveryError_HasASentence(Type error)
    {
        var values = error.GetConstructors().Single(made => made.GetParameters() is not [var one]
            || one.ParameterType != error).GetParameters()
            .Select(parameter => parameter.ParameterType.IsValueType ? Activator.CreateInstance(parameter.ParameterType) : null).ToArray();
        var instance = (IContractError)Activator.CreateInstance(error, values)!;

        var sentence = MarketErrorMessages.Find(instance);

        Assert.NotNull(sentence);
        Assert.EndsWith(".", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void EveryErrorInTheAbis_HasAType()
    {
        var declared = typeof(ContractErrors).Assembly.GetManifestResourceNames().Where(name => name.StartsWith("Abi/",
            StringComparison.Ordinal))
            .SelectMany(name =>
            {
                using var stream = typeof(ContractErrors).Assembly.GetManifestResourceStream(name)!;
                using var file = JsonDocument.Parse(stream);
                return file.RootElement.GetProperty("abi").EnumerateArray().Where(entry => entry.GetProperty("type").GetString() == "error")
                    .Select(entry => entry.GetProperty("name").GetString() + "Error").ToArray();
            })
            .Distinct().Order();

        Assert.Equal(declared, ErrorTypes.Select(type => type.Name).Order());
    }

    [Theory]
    [InlineData("", "without saying why")]
    [InlineData("12345678", "no known error")]
    [InlineData("08c379a0", "no known error")]
    public void RevertData_ThatIsUnknown_IsDescribedAllTheSame(string data, string words) =>
        Assert.Contains(words, MarketErrorMessages.Describe(Convert.FromHexString(data)), StringComparison.Ordinal);
}
