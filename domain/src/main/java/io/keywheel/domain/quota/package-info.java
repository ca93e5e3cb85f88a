/// The remaining quota of groups, and how many calls may be in flight for it.
@NullMarked
package io.keywheel.domain.quota;

import org.jspecify.annotations.NullMarked;
