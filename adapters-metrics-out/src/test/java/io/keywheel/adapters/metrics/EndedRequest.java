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
        var timing = new RequestRecord.Timing(Instant.EPOCH, Duration.ofMillis(millis), firstContent);
        return new RequestRecord("r-1", "alice", api, true, timing, ending(outcome), asked, TokenUsage.NONE);
    }

    /// A request of a client that used these tokens if its outcome is `ok`.
    static RequestRecord of(String client, String outcome, boolean isChat, TokenUsage tokens) {
        var timing = new RequestRecord.Timing(Instant.EPOCH, Duration.ofMillis(5), null);
        return new RequestRecord("r-1", client, "json", isChat, timing, ending(outcome), "auto", tokens);
    }

    private static RequestRecord.Ending ending(String outcome) {
        return new RequestRecord.Ending(200, new Outcome(outcome), outcome.equals("ok") ? 1 : 0, List.of(), true);
    }
}
