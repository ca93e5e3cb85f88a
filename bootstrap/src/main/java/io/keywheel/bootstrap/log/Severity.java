package io.keywheel.bootstrap.log;

import java.util.logging.Level;

/// How grave an event is, in the words of both formats.
enum Severity {
    ERROR,
    WARN,
    INFO,
    DEBUG;

    static Severity of(Level level) {
        if (level.intValue() >= Level.SEVERE.intValue()) {
            return ERROR;
        }
        if (level.intValue() >= Level.WARNING.intValue()) {
            return WARN;
        }
        return level.intValue() >= Level.INFO.intValue() ? INFO : DEBUG;
    }
}
