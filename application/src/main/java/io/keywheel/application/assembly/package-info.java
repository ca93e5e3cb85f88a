/// Assembles a gateway.
@NullMarked
package io.keywheel.application.assembly;

import org.jspecify.annotations.NullMarked;
