package io.keywheel.experiments.rotation;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.internal.chartpart.IChart;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/// How our pictures look.
final class Plot {

    /// What is behind the second place of a number: nobody sees it, and it is half of a file.
    private static final Pattern SUPERFLUOUS = Pattern.compile("(\\d\\.\\d\\d)\\d+");

    private static final int WIDTH = 960;
    private static final int HEIGHT = 480;

    /// Told apart by colour-blind people, too (Okabe and Ito); ours comes first and is the darkest.
    private static final List<Color> COLOURS = List.of(
            new Color(0x000000),
            new Color(0xE69F00),
            new Color(0x56B4E9),
            new Color(0x009E73),
            new Color(0xCC79A7),
            new Color(0x0072B2),
            new Color(0xD55E00),
            new Color(0x999999));

    private Plot() {}

    static CategoryChart bars(String title, String x, String y) {
        CategoryChart chart = new CategoryChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title)
                .xAxisTitle(x)
                .yAxisTitle(y)
                .build();
        style(chart.getStyler());
        chart.getStyler().setAvailableSpaceFill(0.8);
        return chart;
    }

    static XYChart lines(String title, String x, String y) {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title)
                .xAxisTitle(x)
                .yAxisTitle(y)
                .build();
        style(chart.getStyler());
        return chart;
    }

    static void addLine(XYChart chart, String name, double[] x, double[] y, boolean ours) {
        chart.addSeries(name, x, y).setMarker(SeriesMarkers.NONE).setLineStyle(new BasicStroke(ours ? 3.5f : 1.8f));
    }

    private static void style(AxesChartStyler styler) {
        styler.setBaseFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
        styler.setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 15));
        styler.setLegendFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
        styler.setAxisTitleFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
        styler.setAxisTickLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
        styler.setChartBackgroundColor(Color.WHITE);
        styler.setPlotBorderVisible(false);
        styler.setPlotGridVerticalLinesVisible(false);
        styler.setLegendPosition(LegendPosition.OutsideS);
        styler.setLegendLayout(LegendLayout.Horizontal);
        styler.setLegendBorderColor(Color.WHITE);
        styler.setSeriesColors(COLOURS.toArray(Color[]::new));
        styler.setYAxisMin(0.0);
        styler.setXAxisTickMarkSpacingHint(120);
    }

    static String svg(IChart chart) {
        try {
            String svg = new String(ChartEncoder.getBytes(chart, "svg"), StandardCharsets.UTF_8);
            return SUPERFLUOUS.matcher(svg).replaceAll("$1");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
