package io.keywheel.bootstrap.log;

import java.util.logging.Level;

/// The format and level of the log.
public record LogSettings(Style style, Detail detail) {

    public static final LogSettings DEFAULT = new LogSettings(Style.TEXT, Detail.INFO);

    public enum Style {
        TEXT,
        JSON
    }

    /// The log levels. The configured one is the lowest that is written.
    public enum Detail {
        ERROR(Level.SEVERE),
        WARN(Level.WARNING),
        INFO(Level.INFO),
        /// Includes each attempt.
        DEBUG(Level.FINE);

        final Level level;

        Detail(Level level) {
            this.level = level;
        }

        /// The highest of these that `level` reaches.
        static Detail of(Level level) {
            for (Detail detail : values()) {
                if (level.intValue() >= detail.level.intValue()) {
                    return detail;
                }
            }
            return DEBUG;
        }
    }
}
