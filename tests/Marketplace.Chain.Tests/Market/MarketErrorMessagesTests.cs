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
        var declared = AbiFiles.Entries("error").DistinctBy(error => error.Signature).ToList();

        Assert.Equal(declared.Count, ErrorTypes.Count());
        // The types of an overload's parameters stand between its name and the suffix.
        Assert.All(declared, error => Assert.Contains(ErrorTypes, type =>
            type.Name.StartsWith(error.Name, StringComparison.Ordinal) && type.Name.EndsWith("Error", StringComparison.Ordinal)));
    }

    /// <summary>Two errors with one selector and different meanings could not be told apart.</summary>
    [Fact]
    public void ErrorsInTheAbis_OfOneSelector_HaveOneMeaning()
    {
        var meanings = AbiFiles.Entries("error").GroupBy(error => error.Signature)
            .Where(same => same.Select(error => error.DeclaredTypes).Distinct().Count() > 1).Select(same => same.Key);

        Assert.Empty(meanings);
    }

    [Theory]
    [InlineData("", "without saying why")]
    [InlineData("12345678", "no known error")]
    [InlineData("08c379a0", "no known error")]
    public void RevertData_ThatIsUnknown_IsDescribedAllTheSame(string data, string words) =>
        Assert.Contains(words, MarketErrorMessages.Describe(Convert.FromHexString(data)), StringComparison.Ordinal);
}
