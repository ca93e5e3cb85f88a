package io.keywheel.adapters.http.status;

import io.keywheel.domain.usage.UsageDimension;
import io.keywheel.domain.usage.UsageSum;
import io.keywheel.domain.usage.UsageTotals;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Usage totals as CSV with a header line (RFC 4180).
final class UsageCsv {

    private static final String END = "\r\n";

    /// The start of a formula. In many countries, spreadsheets separate values by semicolons.
    private static final Pattern FORMULA = Pattern.compile("(^|;)(?=\"*[-=+@])");

    private UsageCsv() {}

    /// The counts by their names, in order.
    static SequencedMap<String, Long> counts(UsageTotals totals) {
        var counts = new LinkedHashMap<String, Long>();
        counts.put("requests", totals.requests());
        counts.put("failures", totals.failures());
        counts.put("input_tokens", totals.input());
        counts.put("output_tokens", totals.output());
        counts.put("cached_tokens", totals.cached());
        counts.put("reasoning_tokens", totals.reasoning());
        counts.put("duration_ms", totals.durationMillis());
        return counts;
    }

    static String of(List<UsageDimension> by, List<UsageSum> sums) {
        Stream<String> names = by.stream().map(dimension -> dimension.name().toLowerCase(Locale.ROOT));
        var csv = new StringBuilder();
        csv.append(Stream.concat(names, counts(UsageTotals.NONE).keySet().stream())
                        .collect(Collectors.joining(",")))
                .append(END);
        for (UsageSum sum : sums) {
            Stream<String> values = sum.values().stream().map(UsageCsv::quoted);
            Stream<String> counts = counts(sum.totals()).values().stream().map(String::valueOf);
            csv.append(Stream.concat(values, counts).collect(Collectors.joining(",")))
                    .append(END);
        }
        return csv.toString();
    }

    /// Formulas are escaped: a spreadsheet would run them, and clients and providers choose model names.
    private static String quoted(String value) {
        String escaped = FORMULA.matcher(value).replaceAll("$1'");
        boolean isPlain = escaped.equals(value) && value.chars().noneMatch(c -> c == ',' || c == '"' || c < ' ');
        return isPlain ? value : '"' + escaped.replace("\"", "\"\"") + '"';
    }
}
