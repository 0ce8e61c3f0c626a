//! Asking about references, and giving them up (`REF-5`, `REF-6`).
//!
//! Enters: a session, checked arguments. Leaves: results, and effects noted. Refuses to know:
//! what references refer to, beyond what giving them up entails.

use super::NOTHING;
use crate::{
    activation::{
        effects::Effect,
        references::{Referent, Whereabouts},
        session::{Arguments, Session},
    },
    deviation::{Deviation, deviates},
    fault::Fault,
    interface::table::Role,
};

/// `isValidRef` (`REF-5`).
pub fn is_valid(session: &mut Session, call: Arguments<'_>) -> Result<i32, Fault> {
    let reference = call.reference(Role::Reference);
    let remembered = deviates(Deviation::DeletedReferenceIsValid)
        && (0..session.references.count() as i32).contains(&reference);
    Ok((session.references.get(reference).is_some() || remembered) as i32)
}

/// `deleteRef` (`REF-6`).
pub fn delete(session: &mut Session, call: Arguments<'_>) -> Result<i32, Fault> {
    match session.references.forget(call.reference(Role::Reference)) {
        Some(Referent::Message(message)) => {
            for port in message.ports.into_iter().flatten() {
                session.effect(Effect::Destroy(port));
            }
        }
        Some(Referent::Port { port, .. }) => {
            let lives_on = deviates(Deviation::DeletedPortLivesOn);
            if *session.references.whereabouts(port) == Whereabouts::Held && !lives_on {
                session.references.move_port(port, Whereabouts::Away);
                session.effect(Effect::Destroy(port));
            }
        }
        Some(Referent::Capability(_) | Referent::Store(_)) | None => {}
    }
    Ok(NOTHING)
}
