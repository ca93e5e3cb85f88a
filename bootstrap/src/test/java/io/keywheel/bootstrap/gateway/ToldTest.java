package io.keywheel.bootstrap.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.health.Change;
import io.keywheel.domain.routing.ProviderId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ToldTest {

    @Test
    void one_that_fails_keeps_nothing_from_the_others() {
        Change change = new Change.Recovered(new Scope.OfProvider(new ProviderId("groq")));
        var heard = new ArrayList<Change>();
        var told = new Told(List.of(
                _ -> {
                    throw new IllegalStateException("a bug");
                },
                heard::add));

        told.changed(change);

        assertEquals(List.of(change), heard);
    }
}
