package io.keywheel.experiments.rotation;

import io.keywheel.experiments.world.Key;
import io.keywheel.experiments.world.Request;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// What happened in one run.
final class Journal {

    /// One upstream call.
    ///
    /// @param at when it was sent
    /// @param answered whether it brought an answer; what else was said would fill the memory, call by call
    record Call(Request request, Key key, Instant at, boolean answered) {

        /// How long the request was kept before it was asked with success.
        Duration delay() {
            return Duration.between(request.arrivedAt(), at);
        }
    }

    private final List<Request> requests;
    private final List<Call> calls = new ArrayList<>();

    Journal(List<Request> requests) {
        this.requests = List.copyOf(requests);
    }

    void add(Call call) {
        calls.add(call);
    }

    List<Request> requests() {
        return requests;
    }

    /// In the order in which they were sent.
    List<Call> calls() {
        return calls;
    }

    List<Call> answered() {
        return calls.stream().filter(Call::answered).toList();
    }
}
