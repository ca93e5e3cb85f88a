package io.keywheel.adapters.http.status;

import io.keywheel.domain.usage.UsageDimension;
import io.keywheel.domain.usage.UsageSum;
import io.keywheel.domain.usage.UsageTotals;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Usage totals as CSV with a header line (RFC 4180).
final class UsageCsv {

    static final List<String> COUNTS = List.of(
            "requests",
            "failures",
            "input_tokens",
            "output_tokens",
            "cached_tokens",
            "reasoning_tokens",
            "duration_ms");

    private static final String END = "\r\n";

    private UsageCsv() {}

    /// In the order of [#COUNTS].
    static List<Long> counts(UsageTotals totals) {
        return List.of(
                totals.requests(),
                totals.failures(),
                totals.input(),
                totals.output(),
                totals.cached(),
                totals.reasoning(),
                totals.durationMillis());
    }

    static String of(List<UsageDimension> by, List<UsageSum> sums) {
        Stream<String> names = by.stream().map(dimension -> dimension.name().toLowerCase(Locale.ROOT));
        var csv = new StringBuilder();
        csv.append(Stream.concat(names, COUNTS.stream()).collect(Collectors.joining(",")))
                .append(END);
        for (UsageSum sum : sums) {
            Stream<String> values = sum.values().stream().map(UsageCsv::quoted);
            Stream<String> counts = counts(sum.totals()).stream().map(String::valueOf);
            csv.append(Stream.concat(values, counts).collect(Collectors.joining(",")))
                    .append(END);
        }
        return csv.toString();
    }

    /// A value that starts like a formula is escaped: a spreadsheet would run it, and providers choose model names.
    private static String quoted(String value) {
        boolean isFormula = !value.isEmpty() && "=+-@".indexOf(value.charAt(0)) >= 0;
        boolean isPlain = !isFormula && value.chars().noneMatch(c -> c == ',' || c == '"' || c < ' ');
        return isPlain ? value : '"' + (isFormula ? "'" : "") + value.replace("\"", "\"\"") + '"';
    }
}
