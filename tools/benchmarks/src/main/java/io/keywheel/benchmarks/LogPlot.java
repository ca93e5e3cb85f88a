package io.keywheel.benchmarks;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Growth of cost over growth of work, both on logarithmic scales, as SVG. A line as steep as the diagonal grows with
/// its work.
record LogPlot(List<GrowthCost.Series> all) {

    private static final int SIZE = 480;
    private static final int LEFT = 70;
    private static final int TOP = 20;
    private static final int DECADES = 4;

    /// Distinct for colour-blind readers too (Okabe and Ito).
    private static final List<String> COLOURS =
            List.of("#000000", "#E69F00", "#56B4E9", "#009E73", "#CC79A7", "#D55E00");

    String svg() {
        var svg = new StringBuilder("""
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 760 570" font-family="'DejaVu Sans',Verdana,sans-serif" font-size="13">
                <rect width="760" height="570" fill="#FFFFFF"/>
                """);
        for (int decade = 0; decade <= DECADES; decade++) {
            double factor = Math.pow(10, decade);
            svg.append(line("#C0C0C0", 0.5, x(factor) + "," + y(1) + " " + x(factor) + "," + y(1e4)));
            svg.append(line("#C0C0C0", 0.5, x(1) + "," + y(factor) + " " + x(1e4) + "," + y(factor)));
            svg.append(text(x(factor) - 15, y(1) + 20, "%.0fx".formatted(factor)));
            svg.append(text(LEFT - 55, y(factor) + 4, "%.0fx".formatted(factor)));
        }
        svg.append(line("#C0C0C0", 1.5, x(1) + "," + y(1) + " " + x(1e4) + "," + y(1e4)));
        svg.append(text(
                LEFT, TOP + SIZE + 45, "processor time a request, over what grows; both as multiples of the first"));
        for (int i = 0; i < all.size(); i++) {
            GrowthCost.Series series = all.get(i);
            int first = series.points().getFirst().value();
            svg.append(line(
                    COLOURS.get(i),
                    2.5,
                    IntStream.range(0, series.points().size())
                            .mapToObj(point ->
                                    x((double) series.points().get(point).value() / first) + ","
                                            + y(series.micros(point) / series.micros(0)))
                            .collect(Collectors.joining(" "))));
            svg.append(line(COLOURS.get(i), 2.5, "570," + (36 + 24 * i) + " 590," + (36 + 24 * i)));
            svg.append(text(598, 40 + 24 * i, series.name()));
        }
        return svg.append("</svg>\n").toString();
    }

    private static int x(double factor) {
        return (int) (LEFT + SIZE * Math.log10(factor) / DECADES);
    }

    private static int y(double factor) {
        return (int) (TOP + SIZE - SIZE * Math.log10(Math.max(1, factor)) / DECADES);
    }

    private static String line(String colour, double width, String points) {
        return String.format(
                Locale.ROOT,
                "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"%.1f\"/>%n",
                points,
                colour,
                width);
    }

    private static String text(int x, int y, String text) {
        return "<text x=\"%d\" y=\"%d\">%s</text>%n".formatted(x, y, text);
    }
}
