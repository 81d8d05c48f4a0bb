using System.Globalization;
using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;
using Marketplace.Web.Formatting;

namespace Marketplace.Web.Tests.Formatting;

public sealed class FormattingTests
{
    [Theory]
    [InlineData("0", "0")]
    [InlineData("1", "< 0.0001")]
    [InlineData("49999999999999", "< 0.0001")]
    [InlineData("50000000000000", "0.0001")]
    [InlineData("149999999999999", "0.0001")]
    [InlineData("150000000000000", "0.0002")]
    [InlineData("999950000000000000", "1")]
    [InlineData("999949999999999999", "0.9999")]
    [InlineData("1500000000000000000", "1.5")]
    [InlineData("1234567890000000000000000", "1 234 567.89")]
    public void Tokens_AreRounded_ButNeverToNothing(string baseUnits, string shown) =>
        Assert.Equal(shown, Plain(Figures.TokensAlone(new TokenAmount(UInt128.Parse(baseUnits, CultureInfo.InvariantCulture)))));

    [Theory]
    [InlineData("0", 4, "0 SPACE")]
    [InlineData("1", 4, "0.0001 SPACE")]
    [InlineData("12400000000000000000", 4, "12.4 SPACE")]
    [InlineData("12400040000000000000", 4, "12.4001 SPACE")]
    [InlineData("999999999999999999", 4, "1 SPACE")]
    [InlineData("300000000000000001", 0, "1 SPACE")]
    public void Most_IsNeverLessThanWhatIsPaid(string baseUnits, int digits, string shown) =>
        Assert.Equal(shown, Plain(Figures.TokensAtMost(new TokenAmount(UInt128.Parse(baseUnits, CultureInfo.InvariantCulture)), digits)));

    [Theory]
    [InlineData("0", 4, "0 SPACE")]
    [InlineData("1", 4, "< 0.0001 SPACE")]
    [InlineData("1000050000000000000", 4, "1 SPACE")]
    [InlineData("99999999999999", 4, "< 0.0001 SPACE")]
    [InlineData("199999999999999", 4, "0.0001 SPACE")]
    [InlineData("999999999999999999", 4, "0.9999 SPACE")]
    [InlineData("999999999999999999", 0, "< 1 SPACE")]
    public void Least_IsNeverMoreThanThereIs(string baseUnits, int digits, string shown) =>
        Assert.Equal(shown, Plain(Figures.TokensAtLeast(new TokenAmount(UInt128.Parse(baseUnits, CultureInfo.InvariantCulture)), digits)));

    [Theory]
    [InlineData("1000050000000000000", "1.00005 SPACE")]
    [InlineData("10000999999999999999998", "10 000.999999999999999998 SPACE")]
    public void WhatIsSignedFor_IsSaidToTheBaseUnit(string baseUnits, string shown) =>
        Assert.Equal(shown, Plain(Figures.TokensExact(new TokenAmount(UInt128.Parse(baseUnits, CultureInfo.InvariantCulture)))));

    [Fact]
    public void LessThanOne_WithoutDecimals_IsLessThanOne() =>
        Assert.Equal("< 1", Plain(Figures.TokensAlone(new TokenAmount(300_000_000_000_000_000), 0)));

    [Fact]
    public void Tokens_ReadBack_AreWithinHalfAUnit() => Prop.ForAll(
        Gen.Choose(0, int.MaxValue).SelectMany(high => Gen.Choose(0, int.MaxValue).SelectMany(low => Gen.Choose(0, 96).Select(shift =>
            ((UInt128)(((ulong)high << 31) + (ulong)low) << 64) >> shift))).ToArbitrary(),
        value =>
        {
            var amount = new TokenAmount(value);
            var shown = Plain(Figures.TokensAlone(amount)).Replace(" ", "", StringComparison.Ordinal);
            if (shown.StartsWith('<'))
                return amount.Value > 0 && amount.Value < 50_000_000_000_000;
            var (whole, decimals) = shown.Split('.') is [var left, var right] ? (left, right) : (shown, "");
            var read = BigInteger.Parse(whole + decimals.PadRight(TokenAmount.Decimals, '0'), CultureInfo.InvariantCulture);
            return BigInteger.Abs(read - (BigInteger)amount.Value) <= 50_000_000_000_000;
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(1_023, "1023 B")]
    [InlineData(1_024, "1 KiB")]
    [InlineData(1_572_864, "1.5 MiB")]
    [InlineData((1 << 30) - 5 * 1_024, "1 GiB")]
    [InlineData(long.MaxValue, "8 EiB")]
    public void Bytes_HaveTheUnitThatFits(long bytes, string shown) => Assert.Equal(shown, Plain(Figures.Bytes(bytes)));

    [Theory]
    [InlineData(1, "1 GiB")]
    [InlineData(1_023, "1 023 GiB")]
    [InlineData(1_024, "1 TiB")]
    [InlineData(1_536, "1.5 TiB")]
    [InlineData(1_048_576, "1 PiB")]
    public void Space_HasTheUnitThatFits(ulong gib, string shown) => Assert.Equal(shown, Plain(Figures.Space(new GiB(gib))));

    [Theory]
    [InlineData(0, 0, "–")]
    [InlineData(0, 10, "0 %")]
    [InlineData(1, 100_000, "< 0.1 %")]
    [InlineData(99_999, 100_000, "> 99.9 %")]
    [InlineData(10, 10, "100 %")]
    [InlineData(1, 3, "33.3 %")]
    public void Share_IsAllOnlyWhenItIsAll(ulong part, ulong whole, string shown) => Assert.Equal(shown, Plain(Figures.Share(part, whole)));

    [Theory]
    [InlineData(0, "0 s")]
    [InlineData(59, "59 s")]
    [InlineData(60, "1 min")]
    [InlineData(3_725, "1 h 2 min")]
    [InlineData(90_000, "1 d 1 h")]
    [InlineData(86_400 * 400, "1 y 35 d")]
    [InlineData(86_400 + 30, "1 d")]
    public void Duration_HasItsTwoLargestUnits(long seconds, string shown) => Assert.Equal(shown, Plain(Times.Duration(TimeSpan.FromSeconds(seconds))));

    [Theory]
    [InlineData(200, "3 Feb 2027, 17:25 UTC (in 3 h 20 min)")]
    [InlineData(0.75, "3 Feb 2027, 14:05 UTC (in 45 s)")]
    [InlineData(0, "3 Feb 2027, 14:05 UTC")]
    [InlineData(-60, "3 Feb 2027, 13:05 UTC")]
    public void Deadline_SaysHowLongItIs_WhileItIsToCome(double minutes, string shown)
    {
        var now = new DateTimeOffset(2027, 2, 3, 14, 5, 0, TimeSpan.Zero);

        Assert.Equal(shown, Plain(Times.Until(now.AddMinutes(minutes), now)));
    }

    [Fact]
    public void WhatIsDue_IsNow() => Assert.Equal(["now", "now"], [Times.In(TimeSpan.Zero), Times.In(TimeSpan.FromSeconds(-5))]);

    [Theory]
    [InlineData(0, "0 epochs")]
    [InlineData(1, "1 epoch")]
    [InlineData(1_200, "1 200 epochs")]
    public void OneEpoch_IsOne(ulong count, string shown) => Assert.Equal(shown, Plain(Times.Epochs(count)));

    [Theory]
    [InlineData("Rabby", "Rabby")]
    [InlineData("a\u202Eb", "a\uFFFDb")]
    [InlineData("two\nlines", "two\uFFFDlines")]
    [InlineData("\u200B \u200B", "\uFFFD \uFFFD")]
    [InlineData("   ", "(blank)")]
    [InlineData("\u3000", "(blank)")]
    [InlineData(" a ", "a")]
    [InlineData("", "")]
    [InlineData(null, "")]
    public void Name_OfAStranger_HidesNothing(string? given, string shown) => Assert.Equal(shown, Texts.Name(given));

    [Fact]
    public void Name_OfAStranger_IsBounded() => Assert.Equal(new string('x', 48) + "…" + new string('x', 16), Texts.Name(new string('x', 100_000)));

    [Theory]
    [InlineData("12345678", "12345678")]
    [InlineData("123456789", "123456…89")]
    [InlineData("holiday.jpeg", "holida…eg")]
    // No half of a pair, and no letter without its accent.
    [InlineData("12345😀7890", "12345…90")]
    [InlineData("123456789😀", "123456…😀")]
    [InlineData("12345678😀0", "123456…0")]
    [InlineData("12345e\u0301789", "12345…89")]
    [InlineData("1234567e\u03019", "123456…9")]
    public void LongName_LacksItsMiddle(string given, string shown) => Assert.Equal(shown, Texts.Name(given, 8));

    /// <summary>A letter with hundreds of accents is cut itself, between characters.</summary>
    [Fact]
    public void NameOfOneEndlessCharacter_IsBounded()
    {
        var shown = Texts.Name("a" + new string('\u0301', 5_000) + ".txt", 200);
        Assert.InRange(shown.Length, 100, 201);
        Assert.EndsWith(".txt", shown, StringComparison.Ordinal);
        Assert.DoesNotContain(Texts.Name(string.Concat(Enumerable.Repeat("😀", 5_000)), 7), char.IsControl);
    }

    [Fact]
    public void LongSentence_LacksItsEnd() => Assert.Equal("It was …", Texts.Sentence("It was not to be.", 7));

    [Theory]
    [InlineData(0, "0 GiB are")]
    [InlineData(1, "1 GiB is")]
    [InlineData(2, "2 GiB are")]
    [InlineData(1024, "1 TiB is")]
    public void OneGib_IsOne(ulong gib, string shown) => Assert.Equal(shown, Plain(Figures.SpaceAre(new GiB(gib))));

    [Theory]
    [InlineData((2L << 30) - 1, "2 GiB", "1.9 GiB")]
    [InlineData(1L << 30, "1 GiB", "1 GiB")]
    [InlineData(1023, "1023 B", "1023 B")]
    public void WhatIsLeft_IsRoundedDown(long bytes, string shown, string atLeast) =>
        Assert.Equal((shown, atLeast), (Plain(Figures.Bytes(bytes)), Plain(Figures.BytesAtLeast(bytes))));

    [Fact]
    public void Address_IsKnownByItsEnds() =>
        Assert.Equal("0xf39F…2266", Texts.Short(Address.Parse("0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266")));

    /// <summary>With ordinary spaces for those that keep numbers together.</summary>
    static string Plain(string text) => text.Replace('\u202F', ' ').Replace('\u00A0', ' ');

    [Theory]
    [InlineData("a\r\n\n\n\nb\u202Ec", 20, "a\n\nb\uFFFDc")]
    [InlineData("  \n a \n", 20, "a")]
    [InlineData("a\n  \nb", 20, "a\n\nb")]
    [InlineData("abc\ndefgh", 6, "abc\nde…")]
    [InlineData(null, 6, "")]
    public void LinesOfOthers_StayLines_AndNothingElse(string? text, int longest, string shown) => Assert.Equal(shown, Texts.Lines(text, longest));
}
