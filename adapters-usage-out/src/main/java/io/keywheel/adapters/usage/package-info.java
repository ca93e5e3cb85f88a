/// Usage that survives a restart, in one file.
@NullMarked
package io.keywheel.adapters.usage;

import org.jspecify.annotations.NullMarked;
