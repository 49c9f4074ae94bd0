//! Giving up root once the interfaces are open: another user, one capability, and writing only where the outputs are.

use std::env;

use nix::unistd::{Gid, Uid, User, geteuid, getgrouplist, setgroups, setresgid, setresuid};
use rustix::fs::fstat;

use crate::cli::ending::Failure;
use crate::cli::streams;
use crate::report::Folder;

/// Who runs, where nobody was named and nobody called `sudo`.
const NOBODY: &str = "nobody";

/// Gives up what is not needed any more. Returns what the user should know of it.
pub(super) fn give_up(wanted: Option<&str>, folders: &[Folder]) -> Result<Option<String>, Failure> {
    let mut remark = None;
    if wanted != Some("root") {
        if geteuid().is_root()
            && let Some(user) = chosen(wanted)?
        {
            remark = become_user(&user, wanted.is_some(), folders)?;
        }
        capabilities::keep_one()?;
    }
    if let Err(reason) = confine(folders) {
        streams::warn(&format!("writing could not be confined to the folders of the outputs: {reason}"));
    }
    Ok(remark)
}

/// The user as named; who called `sudo`; or nobody, where there is such a user.
fn chosen(wanted: Option<&str>) -> Result<Option<User>, Failure> {
    let Some(name) = wanted else {
        let caller = env::var("SUDO_UID").ok().and_then(|id| id.parse().ok()).map(Uid::from_raw);
        let caller = caller.filter(|id| !id.is_root()).and_then(|id| User::from_uid(id).ok().flatten());
        return Ok(caller.or_else(|| User::from_name(NOBODY).ok().flatten()));
    };
    let user = User::from_name(name).map_err(|error| Failure::System(error.into()))?;
    user.map_or_else(|| Err(Failure::Usage(format!("--user: there is no user `{name}`"))), |user| Ok(Some(user)))
}

/// Changes to the user, who has to be able to write the outputs to the end. Root stays where it was not asked for by name.
fn become_user(user: &User, is_asked: bool, folders: &[Folder]) -> Result<Option<String>, Failure> {
    let name = std::ffi::CString::new(user.name.as_str()).unwrap_or_default();
    let groups = getgrouplist(&name, user.gid).unwrap_or_else(|_| vec![user.gid]);
    if !folders.iter().all(|folder| may_write(folder, user.uid, &groups)) {
        if is_asked {
            return Err(Failure::Usage(format!("--user: `{}` may not write in the folder of an output", user.name)));
        }
        return Ok(Some(format!(
            "running on as root, without its privileges: `{}` may not write in the folder of an output (--user)",
            user.name
        )));
    }
    capabilities::keep_over_change()?;
    let changed = setgroups(&groups)
        .and_then(|()| setresgid(user.gid, user.gid, user.gid))
        .and_then(|()| setresuid(user.uid, user.uid, user.uid));
    match changed {
        Ok(()) => Ok(None),
        Err(error) if is_asked => Err(Failure::Usage(format!("--user: cannot become `{}`: {error}", user.name))),
        Err(error) => Ok(Some(format!("running on as root: cannot become `{}`: {error}", user.name))),
    }
}

/// Whether the folder's mode lets the user make files in it.
fn may_write(folder: &Folder, user: Uid, groups: &[Gid]) -> bool {
    let Ok(status) = fstat(folder.descriptor()) else { return false };
    let bits = if status.st_uid == user.as_raw() {
        status.st_mode >> 6
    } else if groups.iter().any(|group| group.as_raw() == status.st_gid) {
        status.st_mode >> 3
    } else {
        status.st_mode
    };
    bits & 0b011 == 0b011
}

/// Landlock: from now on, files can be written in these folders only.
#[cfg(target_os = "linux")]
fn confine(folders: &[Folder]) -> Result<(), landlock::RulesetError> {
    use landlock::{ABI, AccessFs, PathBeneath, Ruleset, RulesetAttr, RulesetCreatedAttr};
    // The third version knows every way of writing a file; where the kernel knows fewer, these are confined.
    let writing = AccessFs::from_write(ABI::V3);
    let mut rules = Ruleset::default().handle_access(writing)?.create()?;
    for folder in folders {
        rules = rules.add_rule(PathBeneath::new(folder.descriptor(), writing))?;
    }
    rules.restrict_self().map(drop)
}

#[cfg(not(target_os = "linux"))]
fn confine(_: &[Folder]) -> Result<(), std::convert::Infallible> {
    Ok(())
}

/// Linux divides root's power into capabilities.
#[cfg(target_os = "linux")]
mod capabilities {
    use rustix::thread::{CapabilitySet, CapabilitySets};
    use rustix::thread::{capabilities, remove_capability_from_bounding_set, set_capabilities};
    use rustix::thread::{set_keep_capabilities, set_no_new_privs};

    use super::Failure;

    /// Opens packet sockets: for interfaces that went away and return.
    const KEPT: CapabilitySet = CapabilitySet::NET_RAW;

    /// The next change of the user leaves the capabilities as they are.
    pub(super) fn keep_over_change() -> Result<(), Failure> {
        set_keep_capabilities(true).map_err(|error| Failure::System(error.into()))
    }

    /// Gives up all capabilities but one, and what could bring others back.
    pub(super) fn keep_one() -> Result<(), Failure> {
        let failed = |error: rustix::io::Errno| Failure::System(error.into());
        let owned = capabilities(None).map_err(failed)?;
        if owned.effective.contains(CapabilitySet::SETPCAP) || owned.permitted.contains(CapabilitySet::SETPCAP) {
            for capability in (CapabilitySet::all() - KEPT).iter() {
                // One that this kernel does not know, it does not have.
                let _ = remove_capability_from_bounding_set(capability);
            }
        }
        let kept = owned.permitted & KEPT;
        set_capabilities(
            None,
            CapabilitySets { effective: kept, permitted: kept, inheritable: CapabilitySet::empty() },
        )
        .map_err(failed)?;
        set_no_new_privs(true).map_err(failed)
    }
}

/// Elsewhere there is nothing to divide.
#[cfg(not(target_os = "linux"))]
mod capabilities {
    use super::Failure;

    pub(super) fn keep_over_change() -> Result<(), Failure> {
        Ok(())
    }

    pub(super) fn keep_one() -> Result<(), Failure> {
        Ok(())
    }
}
