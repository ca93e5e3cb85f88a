package io.keywheel.bootstrap.log;

import java.util.logging.Level;

/// How the log is written, and how much of it.
public record LogSettings(Style style, Detail detail) {

    public static final LogSettings DEFAULT = new LogSettings(Style.TEXT, Detail.INFO);

    public enum Style {
        /// For people.
        TEXT,
        /// For programs: one JSON object a line.
        JSON
    }

    /// The levels of the log, and the lowest that is written.
    public enum Detail {
        ERROR,
        WARN,
        INFO,
        /// Every attempt, too.
        DEBUG;

        Level level() {
            return switch (this) {
                case ERROR -> Level.SEVERE;
                case WARN -> Level.WARNING;
                case INFO -> Level.INFO;
                case DEBUG -> Level.FINE;
            };
        }

        /// The highest that `level` reaches.
        static Detail of(Level level) {
            int reached = level.intValue();
            return reached >= Level.SEVERE.intValue()
                    ? ERROR
                    : reached >= Level.WARNING.intValue() ? WARN : reached >= Level.INFO.intValue() ? INFO : DEBUG;
        }
    }
}
