package io.keywheel.adapters.metrics;

import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.usage.Outcome;
import io.keywheel.domain.usage.RequestRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

final class EndedRequest {

    private EndedRequest() {}

    static RequestRecord of(String api, String asked, String outcome, int millis, @Nullable Duration firstContent) {
        return new RequestRecord(
                "r-1",
                "alice",
                api,
                true,
                new RequestRecord.Timing(Instant.EPOCH, Duration.ofMillis(millis), firstContent),
                new RequestRecord.Ending(200, new Outcome(outcome), 1, List.of(), true),
                asked,
                null,
                TokenUsage.NONE);
    }
}
