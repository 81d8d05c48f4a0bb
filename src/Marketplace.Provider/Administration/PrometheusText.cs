using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Marketplace.Provider.Administration;

/// <summary>
/// Collects the node's own instruments and writes them in Prometheus' text format, version 0.0.4. Counters and gauges only; a histogram
/// is written as its count and sum.
/// </summary>
/// <remarks>https://prometheus.io/docs/instrumenting/exposition_formats</remarks>
public sealed class PrometheusText : IDisposable
{
    /// <summary>The content type of <see cref="Write"/>.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    readonly MeterListener listener = new();
    readonly Lock gate = new();
    readonly SortedDictionary<string, Series> all = new(StringComparer.Ordinal);

    /// <param name="meterName">The meter whose instruments are collected.</param>
    public PrometheusText(string meterName)
    {
        listener.InstrumentPublished = (instrument, to) =>
        {
            if (instrument.Meter.Name == meterName)
                to.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Record(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Record(instrument, value, tags));
        listener.Start();
    }

    /// <summary>All series as they stand now.</summary>
    public string Write()
    {
        listener.RecordObservableInstruments();
        var text = new StringBuilder();
        lock (gate)
        {
            string? described = null;
            foreach (var series in all.Values)
            {
                if (series.Name != described)
                {
                    described = series.Name;
                    text.Append("# HELP ").Append(series.Name).Append(' ').Append(Escape(series.Help, quotes: false)).Append('\n');
                    text.Append("# TYPE ").Append(series.Name).Append(' ').Append(series.Type).Append('\n');
                }
                series.WriteTo(text);
            }
        }
        return text.ToString();
    }

    /// <inheritdoc/>
    public void Dispose() => listener.Dispose();

    void Record(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = Labels(tags);
        var kind = instrument switch
        {
            Counter<long> or Counter<double> => SeriesKind.Sum,
            ObservableCounter<long> or ObservableCounter<double> => SeriesKind.Total,
            Histogram<long> or Histogram<double> => SeriesKind.Summary,
            _ => SeriesKind.Gauge,
        };
        var name = instrument.Name.Replace('.', '_') + (kind is SeriesKind.Sum or SeriesKind.Total ? "_total" : "");
        lock (gate)
        {
            if (!all.TryGetValue(name + labels, out var series))
                all.Add(name + labels, series = new Series(name, instrument.Description ?? "", labels, kind));
            series.Add(value);
        }
    }

    static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty)
            return "";
        var text = new StringBuilder("{");
        foreach (var (key, value) in tags)
        {
            if (text.Length > 1)
                text.Append(',');
            text.Append(key).Append("=\"").Append(Escape(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "", quotes: true)).Append('"');
        }
        return text.Append('}').ToString();
    }

    static string Escape(string text, bool quotes)
    {
        var escaped = text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        return quotes ? escaped.Replace("\"", "\\\"", StringComparison.Ordinal) : escaped;
    }

    enum SeriesKind
    {
        /// <summary>Measurements are increments.</summary>
        Sum,

        /// <summary>Measurements are the running total.</summary>
        Total,

        Gauge,
        Summary,
    }

    sealed class Series(string name, string help, string labels, SeriesKind kind)
    {
        double value;
        long count;

        public string Name => name;

        public string Help => help;

        public string Type => kind switch
        {
            SeriesKind.Sum or SeriesKind.Total => "counter",
            SeriesKind.Summary => "summary",
            _ => "gauge",
        };

        public void Add(double measurement)
        {
            count++;
            value = kind is SeriesKind.Sum or SeriesKind.Summary ? value + measurement : measurement;
        }

        public void WriteTo(StringBuilder text)
        {
            if (kind != SeriesKind.Summary)
            {
                Line(text, "", value);
                return;
            }
            Line(text, "_sum", value);
            Line(text, "_count", count);
        }

        void Line(StringBuilder text, string suffix, double number) =>
            text.Append(name).Append(suffix).Append(labels).Append(' ').Append(number.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
    }
}
