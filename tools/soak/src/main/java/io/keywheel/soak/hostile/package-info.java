/// Clients that mean harm, beside the good ones of a soak.
@NullMarked
package io.keywheel.soak.hostile;

import org.jspecify.annotations.NullMarked;
