package io.keywheel.adapters.http.server;

import io.keywheel.application.port.in.UsageSink;
import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.client.ClientLimit;
import io.keywheel.domain.client.Reservation.LimitState;
import io.keywheel.domain.usage.EndedAttempt;
import io.keywheel.domain.usage.Outcome;
import io.keywheel.domain.usage.RequestRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The attempts and tokens of one chat, and the state of its client's limits. Confined to the thread of the chat.
final class ChatUsage implements UsageSink {

    /// Bounded, because a thousand requests are kept.
    private static final int LONGEST_TRAIL = 20;

    private Map<ClientLimit, LimitState> limits = Map.of();
    private boolean isAdmitted;
    private int calls;
    private final List<EndedAttempt> trail = new ArrayList<>(1);
    private TokenUsage tokens = TokenUsage.NONE;

    @Override
    public void admitted(Map<ClientLimit, LimitState> limitStates) {
        limits = limitStates;
        isAdmitted = true;
    }

    @Override
    public void withdrawn() {
        isAdmitted = false;
    }

    @Override
    public void refused(Map<ClientLimit, LimitState> limitStates) {
        limits = limitStates;
    }

    @Override
    public void ended(EndedAttempt attempt, TokenUsage spent) {
        tokens = spent;
        calls++;
        if (trail.size() == LONGEST_TRAIL) {
            trail.removeLast();
        }
        trail.add(attempt);
    }

    /// The state of the client's limits per minute; empty if it has none, or if the request is not a chat.
    Map<ClientLimit, LimitState> limits() {
        return limits;
    }

    RequestRecord.Ending ending(int status, Outcome outcome) {
        return new RequestRecord.Ending(status, outcome, calls, trail, isAdmitted);
    }

    /// The token usage of the last attempt.
    TokenUsage tokens() {
        return tokens;
    }
}
