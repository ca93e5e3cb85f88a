package io.keywheel.experiments;

import java.util.List;
import java.util.Locale;

/// Groups of horizontal bars, each from 0 to 100, as SVG.
final class BarChart {

    private static final int LEFT = 200;
    private static final int TOP = 70;
    private static final int BAR = 7;
    private static final int UNIT = 7;

    /// Distinguishable for colour-blind readers (Okabe and Ito); the first is the darkest.
    private static final List<String> COLOURS =
            List.of("#000000", "#E69F00", "#56B4E9", "#009E73", "#CC79A7", "#0072B2", "#D55E00");

    private final String title;
    private final List<String> series;
    private final StringBuilder bars = new StringBuilder();
    private int bottom = TOP;

    BarChart(String title, List<String> series) {
        this.title = title;
        this.series = series;
    }

    /// @param values one for each series
    void add(String group, double... values) {
        text(bars, LEFT - 8, bottom + values.length * BAR / 2 + 5, "end", group);
        for (int i = 0; i < values.length; i++) {
            rectangle(bars, LEFT, bottom, values[i] * UNIT, BAR, COLOURS.get(i));
            bottom += BAR;
        }
        bottom += BAR;
    }

    String svg() {
        var svg = new StringBuilder(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 960 %d\" font-family=\"%s\" font-size=\"13\">%n"
                        .formatted(bottom + 30, "'DejaVu Sans',Verdana,sans-serif"));
        rectangle(svg, 0, 0, 960, bottom + 30, "#FFFFFF");
        text(svg, LEFT, 22, "start", title);
        for (int i = 0; i < series.size(); i++) {
            rectangle(svg, 20 + i * 133, 42, 10, 10, COLOURS.get(i));
            text(svg, 34 + i * 133, 52, "start", series.get(i));
        }
        for (int value = 0; value <= 100; value += 20) {
            rectangle(svg, LEFT + value * UNIT, TOP - 4, 0.5, bottom - TOP, "#C0C0C0");
            text(svg, LEFT + value * UNIT, bottom + 15, "middle", Integer.toString(value));
        }
        return svg.append(bars).append("</svg>\n").toString();
    }

    private static void rectangle(StringBuilder to, double x, double y, double width, double height, String colour) {
        to.append(String.format(
                Locale.ROOT,
                "<rect x=\"%.0f\" y=\"%.0f\" width=\"%.1f\" height=\"%.0f\" fill=\"%s\"/>%n",
                x,
                y,
                width,
                height,
                colour));
    }

    private static void text(StringBuilder to, int x, int y, String anchor, String text) {
        to.append("<text x=\"%d\" y=\"%d\" text-anchor=\"%s\">%s</text>%n".formatted(x, y, anchor, text));
    }
}
