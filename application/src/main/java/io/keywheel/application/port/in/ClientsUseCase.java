package io.keywheel.application.port.in;

import io.keywheel.domain.client.ClientRule;
import org.jspecify.annotations.Nullable;

/// The rules of clients. Safe for any number of threads.
public interface ClientsUseCase {

    /// The client's own rule, else the rule `*`, else [ClientRule#UNLIMITED]. So an unknown client has a rule, too.
    ///
    /// @param client null if clients need no token
    ClientRule rule(@Nullable String client);
}
