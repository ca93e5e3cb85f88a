package io.keywheel.adapters.http.status;

import java.util.Arrays;
import java.util.Locale;

/// What a client would like to get, by its `Accept`.
public final class AcceptHeader {

    private AcceptHeader() {}

    /// Whether a person looks: browsers name pages, and programs nothing, anything or JSON.
    public static boolean prefersPage(String accept) {
        double page = quality(accept, "text/html");
        return page > 0 && page > quality(accept, "application/json");
    }

    /// Whether a table is wanted rather than JSON.
    static boolean prefersCsv(String accept) {
        double table = quality(accept, "text/csv");
        return table > 0 && table > quality(accept, "application/json");
    }

    /// Whether a scraper reads OpenMetrics, and Prometheus' own text format no more gladly.
    static boolean prefersOpenMetrics(String accept) {
        double open = quality(accept, "application/openmetrics-text");
        return open > 0 && open >= quality(accept, "text/plain");
    }

    /// 0 for a type that is not named: `*/*` is no wish.
    private static double quality(String accept, String type) {
        return Arrays.stream(accept.toLowerCase(Locale.ROOT).split(","))
                .map(String::strip)
                .filter(range -> range.equals(type) || range.startsWith(type + ";"))
                .mapToDouble(AcceptHeader::quality)
                .findFirst()
                .orElse(0);
    }

    private static double quality(String range) {
        int at = range.indexOf("q=");
        if (at < 0) {
            return 1;
        }
        try {
            return Double.parseDouble(range.substring(at + 2).split(";", 2)[0].strip());
        } catch (NumberFormatException _) {
            return 0;
        }
    }
}
