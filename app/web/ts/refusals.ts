/** What an interrupted or refused upload means for the person: what happened, what is kept, what to do. */
import { _ } from "./french";
import { megabytes } from "./words";

export interface Refusal {
  sentence: string;
  /** Whether the same upload may go on in this page. */
  resumable: boolean;
  /** Whether nothing is kept: a page that comes back must not promise that only the rest will be sent. */
  final?: boolean;
}

export const OFFLINE: Refusal = {
  sentence: _(
    "Plus de connexion. Ce qui est déjà envoyé est gardé. L’envoi reprend tout seul dès que le réseau revient.",
  ),
  resumable: true,
};

export function tooLarge(maxBytes: number): Refusal {
  return {
    sentence: _(
      "Cette vidéo est trop lourde : %(most)s au plus. Choisis une vidéo plus courte, ou filme en qualité normale.",
      { most: megabytes(maxBytes) },
    ),
    resumable: false,
    final: true,
  };
}

/** What phones give as the type of a video; some give none, or say only that it is a file. */
const VIDEO_TYPE = /^(video\/.*|application\/(octet-stream|mp4|x-matroska))?$/;

/** Tells whether a file says itself that it is something else, a photo or a document. */
export function isNoVideo(type: string): boolean {
  return !VIDEO_TYPE.test(type);
}

export const NO_VIDEO: Refusal = {
  sentence: _(
    "Ce fichier n’est pas une vidéo. Rien n’est envoyé. Choisis une vidéo de ton téléphone : MP4, MOV ou WebM.",
  ),
  resumable: false,
  final: true,
};

const KNOWN: Record<number, Refusal> = {
  400: {
    sentence: _(
      "Notre service a changé depuis que cette page est ouverte. Ce qui est déjà envoyé est gardé. Recharge la page, puis choisis la même vidéo : l’envoi reprendra où il en était.",
    ),
    resumable: false,
  },
  401: {
    sentence: _(
      "Tu n’es plus connecté. Ce qui est déjà envoyé est gardé. Reconnecte-toi, puis choisis la même vidéo : l’envoi reprendra où il en était.",
    ),
    resumable: false,
  },
  404: {
    sentence: _("Cet envoi n’existe plus. Il faut recommencer : choisis ta vidéo à nouveau."),
    resumable: false,
    final: true,
  },
  409: {
    sentence: _(
      "L’envoi ne sait plus où il en était. Ce qui est déjà envoyé est gardé. Touche « Reprendre » pour continuer.",
    ),
    resumable: true,
  },
  415: {
    sentence: _(
      "Ce fichier n’est pas une vidéo que nous savons lire. Rien n’est gardé. Choisis une vidéo MP4, MOV ou WebM.",
    ),
    resumable: false,
    final: true,
  },
  423: {
    sentence: _(
      "Cette vidéo est déjà en cours d’envoi, dans une autre fenêtre ou sur un autre appareil. Ce qui est envoyé est gardé. Ferme l’autre envoi, puis reprends ici.",
    ),
    resumable: true,
  },
  429: {
    sentence: _("Tu as déjà plusieurs envois en cours. Termine-les, ou réessaie demain."),
    resumable: true,
  },
  460: {
    sentence: _(
      "Un morceau s’est abîmé en route. Ce qui est arrivé avant est gardé. Touche « Reprendre » : il sera renvoyé.",
    ),
    resumable: true,
  },
  503: {
    sentence: _(
      "Notre service a un problème en ce moment. Ce qui est déjà envoyé est gardé. Attends une minute, puis touche « Reprendre ».",
    ),
    resumable: true,
  },
  507: {
    sentence: _(
      "Il n’y a plus de place chez nous pour le moment. Ce qui est déjà envoyé est gardé. Réessaie dans une heure, ou préviens ton conseiller.",
    ),
    resumable: true,
  },
};

const SAME_AS: Record<number, number> = { 403: 401, 405: 400, 410: 404, 412: 400 };

/** Where one status has several reasons. */
const BY_SLUG: Record<string, Refusal> = {
  "envoi-deja-recu": {
    sentence: _("Cette vidéo est déjà arrivée, en entier. Ouvre « Ma vidéo » pour la voir."),
    resumable: false,
    final: true,
  },
  "trop-d-octets": {
    sentence: _(
      "Tu as envoyé beaucoup de vidéos aujourd’hui : c’est tout pour le moment. Supprime celles qui ne servent plus, ou réessaie demain.",
    ),
    resumable: true,
  },
};

const TROUBLE: Refusal = {
  sentence: _(
    "L’envoi s’est interrompu. Ce qui est déjà envoyé est gardé. Touche « Reprendre » pour continuer.",
  ),
  resumable: true,
};

/** `status` is null when no answer came at all; `slug` is the server's own word for the reason. */
export function refusalOf(
  status: number | null,
  online: boolean,
  maxBytes: number,
  slug = "",
): Refusal {
  if (status === null) {
    return online ? TROUBLE : OFFLINE;
  }
  if (status === 413) {
    return tooLarge(maxBytes);
  }
  return BY_SLUG[slug] ?? KNOWN[SAME_AS[status] ?? status] ?? TROUBLE;
}
