package io.keywheel.bootstrap.log;

import java.util.logging.Level;

/// The format and level of the log.
public record LogSettings(Style style, Detail detail) {

    public static final LogSettings DEFAULT = new LogSettings(Style.TEXT, Detail.INFO);

    public enum Style {
        /// One line of text per event.
        TEXT,
        /// One JSON object per line.
        JSON
    }

    /// The log levels. The configured one is the lowest that is written.
    public enum Detail {
        ERROR,
        WARN,
        INFO,
        /// Includes each attempt.
        DEBUG;

        Level level() {
            return switch (this) {
                case ERROR -> Level.SEVERE;
                case WARN -> Level.WARNING;
                case INFO -> Level.INFO;
                case DEBUG -> Level.FINE;
            };
        }

        /// The highest of these that `level` reaches.
        static Detail of(Level level) {
            int reached = level.intValue();
            return reached >= Level.SEVERE.intValue()
                    ? ERROR
                    : reached >= Level.WARNING.intValue() ? WARN : reached >= Level.INFO.intValue() ? INFO : DEBUG;
        }
    }
}
