/// How much of clients' requests is held in memory.
@NullMarked
package io.keywheel.adapters.http.budget;

import org.jspecify.annotations.NullMarked;
