package io.keywheel.experiments.rotation;

import de.erichseifert.vectorgraphics2d.VectorGraphics2D;
import de.erichseifert.vectorgraphics2d.svg.SVGProcessor;
import de.erichseifert.vectorgraphics2d.util.PageSize;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.jfree.chart.ChartFactory;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.Axis;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.NumberTickUnit;
import org.jfree.chart.axis.ValueAxis;
import org.jfree.chart.block.BlockBorder;
import org.jfree.chart.plot.CategoryPlot;
import org.jfree.chart.plot.PlotOrientation;
import org.jfree.chart.plot.SeriesRenderingOrder;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.category.BarRenderer;
import org.jfree.chart.renderer.category.StandardBarPainter;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.chart.ui.RectangleInsets;
import org.jfree.data.category.CategoryDataset;
import org.jfree.data.general.DatasetUtils;
import org.jfree.data.xy.XYDataset;

/// How our pictures look.
final class Plot {

    /// What is behind the second place of a number: nobody sees it, and it is half of a file.
    private static final Pattern SUPERFLUOUS = Pattern.compile("(\\d\\.\\d\\d)\\d+");

    /// The one that Java found here for "sans serif", which others need not have.
    private static final Pattern FONT = Pattern.compile("font-family:[^;]*;");

    /// The first two are as wide as each other, so that words stand where they were measured to.
    private static final String FONTS = "font-family:'DejaVu Sans',Verdana,sans-serif;";

    private static final int WIDTH = 960;
    private static final int HEIGHT_OF_LINES = 480;
    private static final int HEIGHT_OF_BARS = 1_000;
    private static final float OURS = 6;
    private static final float OTHERS = 2.6f;
    private static final float DASH = 7;

    /// Of all words but the title. (The default of SVG, 12, would be left out, and is none in a browser.)
    private static final int SIZE = 13;

    /// Told apart by colour-blind people, too (Okabe and Ito); ours comes first and is the darkest.
    private static final List<Color> COLOURS = List.of(
            new Color(0x000000),
            new Color(0xE69F00),
            new Color(0x56B4E9),
            new Color(0x009E73),
            new Color(0xCC79A7),
            new Color(0x0072B2),
            new Color(0xD55E00));

    private Plot() {}

    /// As SVG.
    ///
    /// @param percent from 0 to 100
    static String bars(String title, CategoryDataset percent) {
        JFreeChart chart =
                ChartFactory.createBarChart(title, null, null, percent, PlotOrientation.HORIZONTAL, true, false, false);
        CategoryPlot plot = chart.getCategoryPlot();
        plot.setBackgroundPaint(Color.WHITE);
        plot.setRangeGridlinePaint(Color.LIGHT_GRAY);
        plot.setOutlineVisible(false);
        plot.getRangeAxis().setRange(0, 100);
        tick(plot.getRangeAxis(), 20);
        plot.getDomainAxis().setMaximumCategoryLabelWidthRatio(1);
        plot.getDomainAxis().setCategoryMargin(0.25);
        style(plot.getDomainAxis());
        style(plot.getRangeAxis());
        var renderer = (BarRenderer) plot.getRenderer();
        renderer.setBarPainter(new StandardBarPainter());
        renderer.setShadowVisible(false);
        renderer.setItemMargin(0);
        for (int row = 0; row < percent.getRowCount(); row++) {
            renderer.setSeriesPaint(row, COLOURS.get(row));
        }
        return svg(chart, HEIGHT_OF_BARS);
    }

    /// As SVG.
    ///
    /// @param tick how far apart the numbers on the x-axis are
    static String lines(String title, String x, double tick, XYDataset values) {
        JFreeChart chart = ChartFactory.createXYLineChart(title, x, null, values);
        XYPlot plot = chart.getXYPlot();
        plot.setBackgroundPaint(Color.WHITE);
        plot.setRangeGridlinePaint(Color.LIGHT_GRAY);
        plot.setDomainGridlinesVisible(false);
        plot.setOutlineVisible(false);
        plot.setAxisOffset(RectangleInsets.ZERO_INSETS);
        plot.setSeriesRenderingOrder(SeriesRenderingOrder.FORWARD);
        style(plot.getDomainAxis());
        style(plot.getRangeAxis());
        plot.getDomainAxis().setRange(DatasetUtils.findDomainBounds(values));
        tick(plot.getDomainAxis(), tick);
        plot.getRangeAxis().setStandardTickUnits(NumberAxis.createIntegerTickUnits());
        var renderer = (XYLineAndShapeRenderer) plot.getRenderer();
        renderer.setDrawSeriesLineAsPath(true);
        renderer.setLegendLine(new Line2D.Float(-12, 0, 12, 0));
        for (int series = 0; series < values.getSeriesCount(); series++) {
            renderer.setSeriesPaint(series, COLOURS.get(series));
            renderer.setSeriesStroke(series, stroke(series));
        }
        return svg(chart, HEIGHT_OF_LINES);
    }

    /// Ours is wide and below; of three that say the same, one is whole and shows through the gaps of the other two.
    private static BasicStroke stroke(int series) {
        if (series == 0) {
            return new BasicStroke(OURS);
        }
        int place = (series - 1) % 3;
        return place == 0
                ? new BasicStroke(OTHERS)
                : new BasicStroke(
                        OTHERS,
                        BasicStroke.CAP_BUTT,
                        BasicStroke.JOIN_ROUND,
                        1,
                        new float[] {DASH, 2 * DASH},
                        place * DASH);
    }

    private static void tick(ValueAxis axis, double size) {
        ((NumberAxis) axis).setTickUnit(new NumberTickUnit(size));
    }

    private static void style(Axis axis) {
        axis.setLabelFont(font(Font.PLAIN, SIZE));
        axis.setTickLabelFont(font(Font.PLAIN, SIZE));
        axis.setTickLabelPaint(Color.BLACK);
        axis.setLabelPaint(Color.BLACK);
    }

    private static Font font(int style, int size) {
        return new Font(Font.SANS_SERIF, style, size);
    }

    private static String svg(JFreeChart chart, int height) {
        chart.setBackgroundPaint(Color.WHITE);
        chart.getTitle().setFont(font(Font.BOLD, 15));
        chart.getTitle().setPaint(Color.BLACK);
        chart.getLegend().setItemFont(font(Font.PLAIN, SIZE));
        chart.getLegend().setItemPaint(Color.BLACK);
        chart.getLegend().setItemLabelPadding(new RectangleInsets(2, 2, 2, 8));
        chart.getLegend().setFrame(BlockBorder.NONE);
        chart.setPadding(new RectangleInsets(10, 10, 10, 20));
        var canvas = new VectorGraphics2D();
        chart.draw(canvas, new Rectangle2D.Double(0, 0, WIDTH, height));
        var out = new ByteArrayOutputStream();
        try {
            new SVGProcessor()
                    .getDocument(canvas.getCommands(), new PageSize(WIDTH, height))
                    .writeTo(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String svg = SUPERFLUOUS.matcher(out.toString(StandardCharsets.UTF_8)).replaceAll("$1");
        return FONT.matcher(svg.replace("&quot;", "'")).replaceAll(FONTS);
    }
}
