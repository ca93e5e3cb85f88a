package io.keywheel.bootstrap.settings;

import io.keywheel.bootstrap.settings.values.Setting;
import io.keywheel.bootstrap.settings.values.ValidationMessages;
import io.keywheel.bootstrap.settings.values.Variables;
import io.keywheel.domain.failover.RequestLimits;
import java.time.Duration;

/// Reads how long a request may take and wait, and how often it may try.
record LimitsReader(Variables variables, ValidationMessages messages) {

    RequestLimits read() {
        Duration maxWait = variables.get(Setting.MAX_WAIT);
        Duration requestTimeout = variables.get(Setting.REQUEST_TIMEOUT);
        if (maxWait.compareTo(requestTimeout) > 0) {
            messages.warning("KEYWHEEL_MAX_WAIT is longer than KEYWHEEL_REQUEST_TIMEOUT, which ends a wait, too");
        }
        return new RequestLimits(
                variables.get(Setting.MAX_ATTEMPTS),
                maxWait,
                variables.get(Setting.MAX_WAITING),
                requestTimeout,
                variables.get(Setting.AFFINITY));
    }
}
